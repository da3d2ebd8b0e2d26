// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { SignetError } from '@signet/base';
import { type AlgorithmIdentifier, digest, readAlgorithmIdentifier } from '../algorithms/index.ts';
import {
  context,
  contextPrimitive,
  type EncodingRules,
  type Oid,
  readOnlySequence,
  tags,
} from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Extension, extensionOids, readExtensions } from './extension.ts';
import * as values from './extension-values.ts';
import { type GeneralName, readGeneralNamesValue, urisOf } from './general-name.ts';
import { type Name, readName } from './name.ts';
import * as policy from './policy-extensions.ts';
import { type QcStatements, readQcStatements } from './qc-statements.ts';

/** The parts of a certificate that every use of it needs, found in one pass. */
interface Fields {
  readonly bytes: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date };
  readonly subject: Name;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly extensions: ReadonlyMap<Oid, Extension>;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
}

/**
 * Reads an X.509 certificate (RFC 5280 §4.1). Names, keys and extension values are taken apart when they are asked for.
 *
 *     Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
 *
 * @param bytes the certificate alone; it is kept, not copied
 * @throws SignetError `x509.malformed`
 */
export function parseCertificate(bytes: Uint8Array, rules: EncodingRules = 'der'): Certificate {
  return new Certificate(readAs('x509.malformed', () => readFields(bytes, rules)));
}

/**
 * A certificate as received. Getters of extensions give undefined (or an empty list) where the extension is absent and throw
 * `x509.malformed` where it cannot be read.
 */
export class Certificate {
  /** The whole certificate. */
  readonly bytes: Uint8Array;
  /** DER of tbsCertificate: what the issuer signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  /** The last instant of validity. */
  readonly notAfter: Date;
  /** DER of SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly extensions: ReadonlyMap<Oid, Extension>;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
  readonly #values = new Map<Oid, unknown>();
  #publicKey: KeyObject | undefined;
  #fingerprint: string | undefined;

  /** Use `parseCertificate`. */
  constructor(fields: Fields) {
    this.bytes = fields.bytes;
    this.tbs = fields.tbs;
    this.version = fields.version;
    this.serialNumber = fields.serialNumber;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.notBefore = fields.validity.notBefore;
    this.notAfter = fields.validity.notAfter;
    this.subjectPublicKeyInfo = fields.subjectPublicKeyInfo;
    this.extensions = fields.extensions;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.signatureValue = fields.signatureValue;
  }

  /** SHA-256 of the whole certificate, lower-case hexadecimal. */
  get fingerprint(): string {
    this.#fingerprint ??= Buffer.from(digest('sha256', this.bytes)).toString('hex');
    return this.#fingerprint;
  }

  /** The serial number's octets in lower-case hexadecimal. */
  get serialNumberHex(): string {
    return Buffer.from(this.serialNumber).toString('hex');
  }

  /** The key. @throws SignetError `x509.public-key` if node:crypto cannot use it */
  get publicKey(): KeyObject {
    this.#publicKey ??= readPublicKey(this.subjectPublicKeyInfo);
    return this.#publicKey;
  }

  /** Whether subject and issuer are the same name. Says nothing of the signature. */
  get isSelfIssued(): boolean {
    return this.subject.equals(this.issuer);
  }

  /** Whether an instant lies within the period of validity, both ends included (RFC 5280 §4.1.2.5). */
  isValidAt(instant: Date): boolean {
    return instant >= this.notBefore && instant.getTime() < this.notAfter.getTime() + 1000;
  }

  get basicConstraints(): values.BasicConstraints | undefined {
    return this.#value(extensionOids.basicConstraints, values.readBasicConstraints);
  }

  get keyUsage(): ReadonlySet<values.KeyUsage> | undefined {
    return this.#value(extensionOids.keyUsage, values.readKeyUsage);
  }

  /** Purposes as object identifiers. Whether the extension is critical: `isCritical(extensionOids.extKeyUsage)`. */
  get extKeyUsage(): readonly Oid[] | undefined {
    return this.#value(extensionOids.extKeyUsage, values.readExtendedKeyUsage);
  }

  get subjectKeyIdentifier(): Uint8Array | undefined {
    return this.#value(extensionOids.subjectKeyIdentifier, values.readSubjectKeyIdentifier);
  }

  get authorityKeyIdentifier(): values.AuthorityKeyIdentifier | undefined {
    return this.#value(extensionOids.authorityKeyIdentifier, values.readAuthorityKeyIdentifier);
  }

  get authorityInformationAccess(): values.AuthorityInformationAccess {
    const read = values.readAuthorityInformationAccess;
    return this.#value(extensionOids.authorityInformationAccess, read) ?? { ocsp: [], caIssuers: [] };
  }

  get crlDistributionPoints(): readonly values.DistributionPoint[] {
    return this.#value(extensionOids.crlDistributionPoints, values.readCrlDistributionPoints) ?? [];
  }

  /** The URIs of the distribution points. */
  get crlUrls(): readonly string[] {
    return this.crlDistributionPoints.flatMap(({ fullName }) => urisOf(fullName));
  }

  get certificatePolicies(): readonly Oid[] | undefined {
    return this.#value(extensionOids.certificatePolicies, policy.readCertificatePolicies);
  }

  get policyMappings(): readonly policy.PolicyMapping[] {
    return this.#value(extensionOids.policyMappings, policy.readPolicyMappings) ?? [];
  }

  get policyConstraints(): policy.PolicyConstraints | undefined {
    return this.#value(extensionOids.policyConstraints, policy.readPolicyConstraints);
  }

  get inhibitAnyPolicy(): number | undefined {
    return this.#value(extensionOids.inhibitAnyPolicy, policy.readInhibitAnyPolicy);
  }

  get nameConstraints(): policy.NameConstraints | undefined {
    return this.#value(extensionOids.nameConstraints, policy.readNameConstraints);
  }

  get subjectAltName(): readonly GeneralName[] {
    return this.#value(extensionOids.subjectAltName, readGeneralNamesValue) ?? [];
  }

  get qcStatements(): QcStatements | undefined {
    return this.#value(extensionOids.qcStatements, readQcStatements);
  }

  /** Whether the extension is there and critical. */
  isCritical(oid: Oid): boolean {
    return this.extensions.get(oid)?.critical ?? false;
  }

  /** The critical extensions that are none of `known`: a certificate with one must not be relied upon (RFC 5280 §4.2). */
  unknownCriticalExtensions(known: ReadonlySet<Oid>): readonly Oid[] {
    return [...this.extensions.values()]
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid);
  }

  #value<T>(oid: Oid, read: (value: Uint8Array) => T): T | undefined {
    const extension = this.extensions.get(oid);
    if (extension === undefined) return undefined;
    if (!this.#values.has(oid))
      this.#values.set(
        oid,
        readAs('x509.malformed', () => read(extension.value)),
      );
    return this.#values.get(oid) as T;
  }
}

/**
 * Keys that were read lately, by their encoding: a node meets the same few certificates in every document, and reading a
 * key takes as long as half a verification. The oldest goes when there are too many.
 */
const keysRead = new Map<string, KeyObject>();
const keysKept = 256;

/** A public key of SubjectPublicKeyInfo. @throws SignetError `x509.public-key` */
export function readPublicKey(subjectPublicKeyInfo: Uint8Array): KeyObject {
  const encoding = Buffer.from(subjectPublicKeyInfo);
  const name = encoding.toString('latin1');
  const known = keysRead.get(name);
  if (known !== undefined) return known;
  const key = decodePublicKey(encoding);
  if (keysRead.size >= keysKept) keysRead.delete(keysRead.keys().next().value ?? '');
  keysRead.set(name, key);
  return key;
}

function decodePublicKey(encoding: Buffer): KeyObject {
  try {
    return createPublicKey({ key: encoding, format: 'der', type: 'spki' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new SignetError('x509.public-key', { reason }, error);
  }
}

function readFields(bytes: Uint8Array, rules: EncodingRules): Fields {
  const certificate = readOnlySequence(bytes, rules);
  const tbsElement = certificate.element(tags.sequence);
  const signatureAlgorithm = readAlgorithmIdentifier(certificate);
  const signatureValue = certificate.bitStringOctets();
  certificate.end();

  const tbs = readOnlySequence(tbsElement.bytes, rules);
  const version = (tbs.explicit(0)?.number() ?? 0) + 1;
  const serialNumber = tbs.integerBytes();
  const innerAlgorithm = tbs.element(tags.sequence).bytes;
  const issuer = readName(tbs);
  const period = tbs.sequence();
  const validity = { notBefore: period.time(), notAfter: period.time() };
  period.end();
  const subject = readName(tbs);
  const subjectPublicKeyInfo = tbs.element(tags.sequence).bytes;
  tbs.skip(contextPrimitive(1));
  tbs.skip(contextPrimitive(2));
  const extensionsField = tbs.enterOptional(context(3));
  const extensions = extensionsField === undefined ? new Map() : readExtensions(extensionsField.sequence());
  extensionsField?.end();
  tbs.end();

  // An attacker must not be able to name one algorithm where the issuer signed another (RFC 5280 §4.1.1.2).
  if (Buffer.compare(innerAlgorithm, signatureAlgorithm.bytes) !== 0) {
    throw new SignetError('x509.malformed', { reason: 'its two signature algorithms differ' });
  }
  return {
    bytes,
    tbs: tbsElement.bytes,
    version,
    serialNumber,
    issuer,
    validity,
    subject,
    subjectPublicKeyInfo,
    extensions,
    signatureAlgorithm,
    signatureValue,
  };
}
