// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

const document = { status: 422, retryable: false, fault: 'document' } as const;
const configuration = { status: 422, retryable: false, fault: 'configuration' } as const;

/** Codes for ASN.1, certificates, CMS, time-stamp tokens, OCSP, CRL, key files, algorithms. */
export const pkixErrors = {
  'der.truncated': { message: 'The ASN.1 structure is cut off at byte {offset}.', ...document },
  'der.length': { message: 'The length at byte {offset} is not encoded as DER demands.', ...document },
  'der.indefinite-length': {
    message: 'Byte {offset} has an indefinite length, which DER forbids.',
    ...document,
  },
  'der.tag': { message: 'The tag at byte {offset} is malformed.', ...document },
  'der.depth': { message: 'The ASN.1 structure is nested deeper than {limit} levels.', ...document },
  'der.work': { message: 'The ASN.1 structure takes more work than its length allows.', ...document },
  'der.unexpected-tag': {
    message: 'Byte {offset} should begin {expected}, but {found} was found.',
    ...document,
  },
  'der.trailing-bytes': {
    message: '{count} bytes follow the ASN.1 structure, from byte {offset} on.',
    ...document,
  },
  'der.integer': { message: 'The number at byte {offset} is malformed or too large.', ...document },
  'der.boolean': { message: 'The boolean at byte {offset} is malformed.', ...document },
  'der.bit-string': { message: 'The bit string at byte {offset} is malformed.', ...document },
  'der.oid': { message: 'The object identifier at byte {offset} is malformed.', ...document },
  'der.time': { message: 'The time "{text}" is malformed.', ...document },
  'der.string': { message: 'A character string of type {type} is malformed.', ...document },
  'algorithm.unknown': { message: 'The algorithm {algorithm} is not known to Signet.', ...document },
  'algorithm.mismatch': { message: 'The algorithm {algorithm} does not fit: {other}.', ...document },
  'algorithm.parameters': {
    message: 'The parameters of the algorithm {algorithm} are malformed or not allowed.',
    ...document,
  },
  'x509.malformed': { message: 'The certificate is malformed: {reason}.', ...document },
  'x509.public-key': { message: 'The public key of the certificate cannot be used: {reason}.', ...document },
  'x509.request-malformed': {
    message: 'The certificate request is malformed: {reason}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'x509.request-signature': {
    message: 'The certificate request is not signed by the key it asks a certificate for.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'x509.pem': { message: 'The PEM text is malformed: {reason}.', ...configuration },
  'pkcs8.malformed': { message: 'The private key cannot be read: {reason}.', ...configuration },
  'pkcs8.wrong-password': { message: 'The password does not open the private key.', ...configuration },
  'pkcs12.malformed': { message: 'The PKCS#12 file is malformed: {reason}.', ...configuration },
  'pkcs12.wrong-password': { message: 'The password does not open the PKCS#12 file.', ...configuration },
  'pkcs12.unsupported': {
    message: 'The PKCS#12 file uses {algorithm}, which Signet does not read.',
    ...configuration,
  },
  'pkcs12.iterations': {
    message: 'The PKCS#12 file asks for {iterations} iterations; at most {limit} are allowed.',
    ...configuration,
  },
  'pkcs12.no-key': {
    message: 'The PKCS#12 file holds no private key with its certificate.',
    ...configuration,
  },
  'pkcs12.several-keys': {
    message: 'The PKCS#12 file holds {count} private keys; one is expected.',
    ...configuration,
  },
  'cms.malformed': {
    message: 'The signature object (CMS) cannot be read: {reason}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.content-type': {
    message: 'The signature object (CMS) holds content of type {found}; {expected} is expected here.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signer-count': {
    message: 'The signature object (CMS) has {count} signers; exactly one is expected here.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signed-attributes-missing': {
    message: 'The signature covers no signed attributes, so nothing binds it to its certificate.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.attribute-missing': {
    message: 'A signed attribute that the signature must carry is missing.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.attribute-repeated': {
    message: 'A signed attribute that may be there once, with one value, is repeated.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.attribute-malformed': {
    message: 'A signed attribute cannot be read.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.content-type-mismatch': {
    message: 'The signature names another type of content than the one it is on.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.message-digest-mismatch': {
    message: 'The signed content was changed: its digest is not the one that was signed.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signature-invalid': {
    message: 'The signature value does not verify under the key of its certificate.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signing-certificate-missing': {
    message: 'The signature does not say in a signed attribute which certificate it was made with.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signing-certificate-mismatch': {
    message: 'The certificate is not the one that the signer referred to when signing.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.signer-identifier-mismatch': {
    message: 'The signature names another certificate as the one of its signer.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.algorithm-mismatch': {
    message: 'The algorithms that the signature names contradict each other.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'cms.algorithm-not-supported': {
    message: 'The signature uses an algorithm that is not supported.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'tsp.malformed': {
    message: 'The answer of the time-stamping authority cannot be read: {reason}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'tsp.too-large': {
    message: 'The answer of the time-stamping authority has {bytes} bytes; at most {limit} are accepted.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'tsp.request-malformed': {
    message: 'The time-stamp request cannot be read: {reason}.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'tsp.rejected': {
    message: 'The time-stamping authority refused the request with {status}, {failure}: {text}.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.unavailable': {
    message: 'The time-stamping authority cannot serve the request now, with {status}, {failure}: {text}.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'tsp.token-missing': {
    message: 'The time-stamping authority granted the request but sent no time-stamp token.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'tsp.token-malformed': {
    message: 'The time-stamp token cannot be read: {reason}.',
    status: 422,
    retryable: false,
    fault: 'service',
  },
  'tsp.imprint-mismatch': {
    message: 'The time-stamp token is about other data than was asked for.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.nonce-mismatch': {
    message:
      'The time-stamp token does not repeat the nonce of the request; it may be an old answer played again.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'tsp.policy-mismatch': {
    message: 'The time-stamp token was issued under the policy {found}, which was not asked for.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.signer-count': {
    message: 'The time-stamp token has {count} signers; it must have exactly one.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.certificate-missing': {
    message: 'The time-stamp token came without the certificate of the time-stamping authority.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.certificate-unwanted': {
    message: 'The time-stamp token came with certificates although none were asked for.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.certificate-purpose': {
    message: 'The certificate of the time-stamping authority is not one for time-stamping alone.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.signature-invalid': {
    message: 'The signature of the time-stamp token does not hold: {reason}.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'tsp.outside-validity': {
    message: 'The time-stamp token says {time}, when the certificate of its authority was not valid.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'ocsp.malformed': {
    message: 'The answer of the OCSP responder cannot be read: {reason}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'ocsp.request-malformed': {
    message: 'The OCSP request cannot be read: {reason}.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'ocsp.unsuccessful': {
    message: 'The OCSP responder did not answer the question: {status}.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'ocsp.try-later': {
    message: 'The OCSP responder cannot answer now: {status}.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'ocsp.certificate-not-covered': {
    message: 'The answer of the OCSP responder is not about the certificate that was asked for.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'ocsp.responder-unauthorized': {
    message: 'The OCSP answer is signed by somebody whom the issuer of the certificate has not authorised.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'ocsp.signature-invalid': {
    message: 'The signature of the OCSP answer does not verify.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'ocsp.nonce-mismatch': {
    message:
      'The OCSP answer does not repeat the nonce of the request; it may be an old answer played again.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'ocsp.not-yet-valid': {
    message: 'The OCSP answer is from the future: its thisUpdate is {thisUpdate}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'ocsp.stale': {
    message: 'The OCSP answer is too old: it was to be replaced by {nextUpdate}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'crl.malformed': {
    message: 'The certificate revocation list cannot be read: {reason}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'crl.issuer-mismatch': {
    message: 'The certificate revocation list is of another issuer.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'crl.issuer-unauthorized': {
    message: 'The certificate of the issuer does not allow it to sign revocation lists.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'crl.signature-invalid': {
    message: 'The signature of the certificate revocation list does not verify.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
  'crl.not-yet-valid': {
    message: 'The certificate revocation list is from the future: its thisUpdate is {thisUpdate}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'crl.stale': {
    message: 'The certificate revocation list is too old: it was to be replaced by {nextUpdate}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'crl.not-supported': {
    message: 'The certificate revocation list has a critical extension that is not supported: {oid}.',
    status: 502,
    retryable: false,
    fault: 'service',
  },
} as const satisfies Partial<
  Record<
    `${'der' | 'x509' | 'cms' | 'tsp' | 'ocsp' | 'crl' | 'pkcs8' | 'pkcs12' | 'algorithm'}.${string}`,
    ErrorRow
  >
>;
