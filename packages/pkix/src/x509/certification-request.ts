// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { isSignetError, SignetError } from '@signet/base';
import {
  type AlgorithmIdentifier,
  algorithmsOfKey,
  identifySignatureAlgorithm,
  publicKeyOf,
  readAlgorithmIdentifier,
  type SignatureAlgorithmId,
  statedSaltLength,
  verifySignatureValue,
} from '../algorithms/index.ts';
import { context, type DerReader, der, encodeDer, type Oid, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { signedStructure } from './build-certificate.ts';
import { readPublicKey } from './certificate.ts';
import { type Extension, readExtensions } from './extension.ts';
import { type Name, readName } from './name.ts';

/** A certification request (PKCS#10, RFC 2986) as received. What it asks for is a wish; the CA decides. */
export interface CertificationRequest {
  readonly bytes: Uint8Array;
  /** DER of certificationRequestInfo: what the requester signed. */
  readonly info: Uint8Array;
  readonly subject: Name;
  readonly subjectPublicKeyInfo: Uint8Array;
  /** Extensions asked for (RFC 2985 §5.4.2). */
  readonly extensions: ReadonlyMap<Oid, Extension>;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
}

const extensionRequest = '1.2.840.113549.1.9.14';

/**
 * Reads a certification request.
 *
 *     CertificationRequestInfo ::= SEQUENCE { version INTEGER, subject Name, subjectPKInfo, attributes [0] IMPLICIT SET OF Attribute }
 *
 * @throws SignetError `x509.request-malformed`
 */
export function parseCertificationRequest(bytes: Uint8Array): CertificationRequest {
  return readAs('x509.request-malformed', () => {
    const request = readOnlySequence(bytes);
    const info = request.element(tags.sequence).bytes;
    const signatureAlgorithm = readAlgorithmIdentifier(request);
    const signatureValue = request.bitStringOctets();
    request.end();
    const fields = readOnlySequence(info);
    fields.number();
    const subject = readName(fields);
    const subjectPublicKeyInfo = fields.element(tags.sequence).bytes;
    const extensions = requestedExtensions(fields.enterOptional(context(0)));
    fields.end();
    return { bytes, info, subject, subjectPublicKeyInfo, extensions, signatureAlgorithm, signatureValue };
  });
}

/**
 * Checks that the requester holds the key: the request is signed by it.
 *
 * @returns the key
 * @throws SignetError `x509.request-signature`
 */
export function verifyCertificationRequest(request: CertificationRequest): KeyObject {
  try {
    const publicKey = readPublicKey(request.subjectPublicKeyInfo);
    const algorithm = identifySignatureAlgorithm(request.signatureAlgorithm).id;
    const { info: dtbs, signatureValue } = request;
    const saltLength = statedSaltLength(request.signatureAlgorithm);
    if (verifySignatureValue({ algorithm, publicKey, dtbs, signatureValue, saltLength })) return publicKey;
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw new SignetError('x509.request-signature', {}, error);
  }
  throw new SignetError('x509.request-signature');
}

/** Builds and signs a certification request. The key never leaves the caller. */
export function buildCertificationRequest(input: {
  readonly subject: Name;
  readonly key: KeyObject;
  readonly algorithm?: SignatureAlgorithmId;
}): Uint8Array {
  const { subject, key } = input;
  const publicKeyInfo = publicKeyOf(key).export({ format: 'der', type: 'spki' });
  const info = encodeDer(der.sequence(der.integer(0), subject.bytes, publicKeyInfo, der.context(0)));
  return signedStructure(info, key, input.algorithm ?? algorithmsOfKey(key)[0]!);
}

function requestedExtensions(attributes: DerReader | undefined): ReadonlyMap<Oid, Extension> {
  while (attributes !== undefined && !attributes.atEnd) {
    const attribute = attributes.sequence();
    if (attribute.oid() === extensionRequest) return readExtensions(attribute.set().sequence());
  }
  return new Map();
}
