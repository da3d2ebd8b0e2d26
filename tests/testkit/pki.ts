// SPDX-License-Identifier: Apache-2.0
// A small certification authority in memory, with seal keys of every kind and a time-stamping authority.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  buildCertificate,
  buildName,
  buildRevocationList,
  buildTimeStampToken,
  type Certificate,
  type CertificateExtensions,
  type DigestAlgorithmId,
  digest,
  extendedKeyUsages,
  keySigner,
  publicKeyOf,
  randomSerialNumber,
  type SignatureAlgorithmId,
} from '../../packages/pkix/src/index.ts';

/** A certificate and its key. */
export interface KeyPair {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

export type KeyName = 'p256' | 'p384' | 'rsa3072' | 'ed25519';

/** When everything of the test PKI is valid: a year around this instant. */
export const pkiTime = new Date('2026-06-01T00:00:00Z');
const day = 86_400_000;

const makers: Readonly<Record<KeyName, () => KeyObject>> = {
  p256: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
  p384: () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
  rsa3072: () => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

/** How a certificate of the test PKI may differ from the usual. */
export interface IssueOptions {
  readonly issuer?: KeyPair;
  readonly key?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly extensions?: CertificateExtensions;
}

/** A certification authority with a root, an issuing authority, seal certificates and a time-stamping authority. */
export class TestPki {
  readonly root: KeyPair = this.issue('Test Root', {
    extensions: { basicConstraints: { ca: true }, keyUsage: ['keyCertSign', 'cRLSign'] },
  });
  readonly issuing: KeyPair = this.issue('Test Issuing CA', {
    issuer: this.root,
    extensions: { basicConstraints: { ca: true, pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] },
  });
  readonly tsa: KeyPair = this.issue('Test TSA', {
    issuer: this.issuing,
    extensions: {
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.timeStamping], critical: true },
    },
  });
  readonly #seals = new Map<KeyName, KeyPair>();

  /** The seal certificate with a key of this kind. */
  seal(kind: KeyName = 'p256'): KeyPair {
    let pair = this.#seals.get(kind);
    if (pair === undefined) {
      pair = this.issue(`Test Seal ${kind}`, {
        issuer: this.issuing,
        key: makers[kind](),
        extensions: { keyUsage: ['digitalSignature', 'nonRepudiation'] },
      });
      this.#seals.set(kind, pair);
    }
    return pair;
  }

  /** DER certificates as a seal carries them: its own, then the issuing authority's. */
  chain(pair: KeyPair): Uint8Array[] {
    return [pair.certificate.bytes, this.issuing.certificate.bytes];
  }

  /** A certificate; self-signed without an issuer. */
  issue(commonName: string, options: IssueOptions = {}): KeyPair {
    const key = options.key ?? makers.p256();
    const { issuer, extensions } = options;
    const certificate = buildCertificate({
      subject: buildName([
        ['C', 'PL'],
        ['O', 'Przykładowa Spółka'],
        ['CN', commonName],
      ]),
      subjectPublicKeyInfo: publicKeyOf(key).export({ type: 'spki', format: 'der' }),
      serialNumber: randomSerialNumber(),
      notBefore: options.notBefore ?? new Date(pkiTime.getTime() - 180 * day),
      notAfter: options.notAfter ?? new Date(pkiTime.getTime() + 180 * day),
      issuer: issuer === undefined ? { key } : { certificate: issuer.certificate, key: issuer.key },
      ...(extensions === undefined ? {} : { extensions }),
    });
    return { certificate, key };
  }

  /** A time-stamp token over a digest. */
  stamp(
    imprint: Uint8Array,
    options: { at?: Date; tsa?: KeyPair; algorithm?: DigestAlgorithmId } = {},
  ): Uint8Array {
    const { at = pkiTime, tsa = this.tsa, algorithm = 'sha256' } = options;
    return buildTimeStampToken({
      info: {
        policy: '1.3.6.1.4.1.99999.1.1',
        imprint: { digestAlgorithm: algorithm, digest: imprint },
        serialNumber: BigInt(`0x${Buffer.from(randomSerialNumber()).toString('hex')}`),
        genTime: at,
      },
      certificate: tsa.certificate.bytes,
      certificates: [tsa.certificate.bytes, this.issuing.certificate.bytes],
      signer: keySigner(tsa.key),
    });
  }

  /** Current revocation lists of both authorities. */
  crls(revoked: readonly { certificate: Certificate; at: Date }[] = [], thisUpdate = pkiTime): Uint8Array[] {
    return [this.root, this.issuing].map(({ certificate, key }) =>
      buildRevocationList({
        issuer: certificate,
        signer: keySigner(key),
        crlNumber: 1n,
        thisUpdate,
        nextUpdate: new Date(thisUpdate.getTime() + 30 * day),
        revoked: revoked
          .filter((each) => each.certificate.issuer.equals(certificate.subject))
          .map((each) => ({ serialNumber: each.certificate.serialNumber, revocationDate: each.at })),
      }),
    );
  }
}

/** The algorithm with which tests use a key first, and PSS for RSA. */
export const algorithmOf: Readonly<Record<KeyName, SignatureAlgorithmId>> = {
  p256: 'ecdsa-sha256',
  p384: 'ecdsa-sha384',
  rsa3072: 'rsa-pss-sha256',
  ed25519: 'ed25519',
};

/** SHA-256, lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return Buffer.from(digest('sha256', bytes)).toString('hex');
}
