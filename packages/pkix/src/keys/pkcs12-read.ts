// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isSignetError, SignetError } from '@signet/base';
import { publicKeyOf, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { contextPrimitive, type DerReader, type Oid, readDer, readOnlySequence } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Certificate, certificateSignedBy, parseCertificate } from '../x509/index.ts';
import { decryptByPassword, type IterationBudget } from './password-encryption.ts';
import { verifyPkcs12Mac } from './pkcs12-mac.ts';

/** What a PKCS#12 file is opened for: one key and the certificates to sign with it. */
export interface Pkcs12Contents {
  readonly key: KeyObject;
  /** DER: the certificate of the key first, then its issuers as far as the file holds them. */
  readonly certificates: readonly Uint8Array[];
}

/** Limits for reading a PKCS#12 file. */
export interface Pkcs12Limits {
  /** Iterations of key derivation over the whole file; a million take about a second. */
  readonly maxIterations?: number;
}

const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const bagTypes = '1.2.840.113549.1.12.10.1';
const x509Certificate = '1.2.840.113549.1.9.22.1';
const maxBagDepth = 8;

interface Opening {
  readonly password: string;
  readonly budget: IterationBudget;
  /** Whether the MAC has shown the password to be right: then what does not decrypt is damaged. */
  passwordProven: boolean;
  readonly keys: Uint8Array[];
  readonly certificates: Uint8Array[];
}

/**
 * Opens a PKCS#12 file (RFC 7292): PBES2 and the old ciphers; MAC by SHA-1, SHA-2 or PBMAC1. Takes about as long as the
 * iterations that the file asks for.
 *
 * @throws SignetError `pkcs12.wrong-password`, `pkcs12.malformed`, `pkcs12.unsupported`, `pkcs12.iterations`,
 *   `pkcs12.no-key`, `pkcs12.several-keys`
 */
export function readPkcs12(file: Uint8Array, password: string, limits: Pkcs12Limits = {}): Pkcs12Contents {
  const opening: Opening = {
    password,
    budget: { left: limits.maxIterations ?? 4_000_000 },
    passwordProven: false,
    keys: [],
    certificates: [],
  };
  try {
    readFile(file, opening);
    return matched(opening);
  } catch (error) {
    if (isSignetError(error) && error.code.startsWith('pkcs12.')) throw error;
    return readAs('pkcs12.malformed', () => {
      throw error;
    });
  }
}

// PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData MacData OPTIONAL }
function readFile(file: Uint8Array, opening: Opening): void {
  const pfx = readOnlySequence(file, 'ber');
  if (pfx.number() !== 3) throw new SignetError('pkcs12.malformed', { reason: 'its version is not 3' });
  const authSafe = pfx.sequence();
  if (authSafe.oid() !== data)
    throw new SignetError('pkcs12.unsupported', { algorithm: 'public-key integrity' });
  const content = authSafe.explicit(0)?.octetString();
  if (content === undefined) throw new SignetError('pkcs12.malformed', { reason: 'it is empty' });
  if (!pfx.atEnd) {
    if (!verifyPkcs12Mac(pfx.sequence(), content, opening)) throw new SignetError('pkcs12.wrong-password');
    opening.passwordProven = true;
  }
  const safes = readOnlySequence(content, 'ber');
  while (!safes.atEnd) readSafe(safes.sequence(), opening);
}

function readSafe(contentInfo: DerReader, opening: Opening): void {
  const type = contentInfo.oid();
  const content = contentInfo.explicit(0);
  if (content === undefined) return;
  if (type === data) readBags(readOnlySequence(content.octetString(), 'ber'), opening, 0);
  else if (type === encryptedData)
    readBags(readOnlySequence(decryptSafe(content.sequence(), opening), 'ber'), opening, 0);
  else throw new SignetError('pkcs12.unsupported', { algorithm: type });
}

// EncryptedData ::= SEQUENCE { version INTEGER, EncryptedContentInfo }
// EncryptedContentInfo ::= SEQUENCE { contentType, AlgorithmIdentifier, encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL }
function decryptSafe(fields: DerReader, opening: Opening): Uint8Array {
  fields.number();
  const info = fields.sequence();
  info.oid();
  const algorithm = readAlgorithmIdentifier(info);
  const encrypted = info.octetString(contextPrimitive(0));
  return opened(decryptByPassword(encrypted, { ...opening, algorithm }), opening);
}

// SafeBag ::= SEQUENCE { bagId OBJECT IDENTIFIER, bagValue [0] EXPLICIT ANY, bagAttributes SET OPTIONAL }
function readBags(bags: DerReader, opening: Opening, depth: number): void {
  if (depth > maxBagDepth)
    throw new SignetError('pkcs12.malformed', { reason: 'its bags are nested too deep' });
  while (!bags.atEnd) {
    const bag = bags.sequence();
    const type: Oid = bag.oid();
    const value = bag.explicit(0);
    if (value === undefined) continue;
    if (type === `${bagTypes}.1`) opening.keys.push(value.rest);
    else if (type === `${bagTypes}.2`) opening.keys.push(decryptKey(value, opening));
    else if (type === `${bagTypes}.3`) readCertificateBag(value.sequence(), opening);
    else if (type === `${bagTypes}.6`) readBags(value.sequence(), opening, depth + 1);
  }
}

// EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET STRING }
function decryptKey(value: DerReader, opening: Opening): Uint8Array {
  const fields = value.sequence();
  const algorithm = readAlgorithmIdentifier(fields);
  return opened(decryptByPassword(fields.octetString(), { ...opening, algorithm }), opening);
}

function readCertificateBag(bag: DerReader, opening: Opening): void {
  if (bag.oid() !== x509Certificate) return;
  const certificate = bag.explicit(0)?.octetString();
  if (certificate !== undefined) opening.certificates.push(certificate);
}

function opened(plain: Uint8Array | undefined, opening: Opening): Uint8Array {
  // One decryption in 256 with a wrong key ends in plausible padding: what comes out must at least be a whole SEQUENCE.
  if (plain !== undefined && isWholeElement(plain)) return plain;
  if (!opening.passwordProven) throw new SignetError('pkcs12.wrong-password');
  throw new SignetError('pkcs12.malformed', { reason: 'its contents do not decrypt' });
}

function isWholeElement(bytes: Uint8Array): boolean {
  try {
    const reader = readDer(bytes, 'ber');
    reader.sequence();
    return reader.atEnd;
  } catch {
    return false;
  }
}

function matched({ keys, certificates }: Opening): Pkcs12Contents {
  if (keys.length === 0) throw new SignetError('pkcs12.no-key');
  if (keys.length > 1) throw new SignetError('pkcs12.several-keys', { count: keys.length });
  const key = importKey(keys[0]!);
  const parsed = certificates.map((bytes) => parseCertificate(bytes));
  const publicKey = publicKeyOf(key).export({ format: 'der', type: 'spki' });
  const own = parsed.find((certificate) => holdsKey(certificate, publicKey));
  if (own === undefined) throw new SignetError('pkcs12.no-key');
  return { key, certificates: chainFrom(own, parsed).map(({ bytes }) => bytes) };
}

function importKey(privateKeyInfo: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(privateKeyInfo), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new SignetError('pkcs12.malformed', { reason: 'its private key cannot be read' }, error);
  }
}

function holdsKey(certificate: Certificate, publicKey: Uint8Array): boolean {
  if (Buffer.compare(certificate.subjectPublicKeyInfo, publicKey) === 0) return true;
  try {
    return Buffer.compare(certificate.publicKey.export({ format: 'der', type: 'spki' }), publicKey) === 0;
  } catch (error) {
    // A certificate whose key is of no use here may be among the others.
    if (isSignetError(error)) return false;
    throw error;
  }
}

function chainFrom(own: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const chain = [own];
  for (;;) {
    const last = chain.at(-1)!;
    if (last.isSelfIssued) return chain;
    const issuer = pool.find(
      (each) => !chain.includes(each) && each.subject.equals(last.issuer) && certificateSignedBy(last, each),
    );
    if (issuer === undefined) return chain;
    chain.push(issuer);
  }
}
