// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for making and reading AdES signatures. */
export const adesErrors = {
  'ades.doc-hash-length': {
    message: 'The document hash has {length} bytes, but {algorithm} gives {expected}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'ades.digest-differs': {
    message:
      'The document was hashed with {digest}, but signatures by {algorithm} are made over {expected} hashes.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'ades.preparation-unreadable': {
    message: 'The stored preparation cannot be used: {reason}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'ades.hole-too-small': {
    message: 'The signature needs {needed} bytes, but only {reserved} were reserved for it in the document.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'ades.xfa': {
    message:
      'The document is an XFA form. Its viewer would rebuild the form and drop the seal; save it as a plain PDF first.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.certified-no-changes': {
    message:
      'The document is certified in field {field} so that nothing may be changed, not even by a further seal.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.certified-no-augmentation': {
    message:
      'The document is certified in field {field} so that nothing may be changed. Acrobat would call it broken with validation data or a time-stamp added.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.store-unusable': {
    message: 'The document’s store of validation data cannot be added to: {reason}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.nothing-to-augment': {
    message: 'The document carries no signature whose level could be raised.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.level-reached': {
    message: 'The signatures of the document are at level {reached} already; {wanted} would add nothing.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'ades.earlier-signature-broken': {
    message:
      'The document carries a signature in field {field} that is broken: {reason}. A seal over it would vouch for it.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.form-unusable': {
    message: 'The form of the document cannot take a signature field: {reason}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.signed-data-unsuitable': {
    message: 'The signed data object cannot be used here: {reason}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'ades.byte-range': {
    message: 'The byte range of the signature is not sound: {reason}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.trailing-bytes': {
    message: 'After the last revision of the document there are bytes that belong to none.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.sub-filter': {
    message: 'The signature is of a kind (/SubFilter {subFilter}) that is not supported.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.no-signing-certificate': {
    message: 'The signature does not carry the certificate of its signer.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.too-many-signatures': {
    message: 'The document carries more than {limit} signatures.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'ades.check-base-changed': {
    message:
      'The sealed document does not start with the bytes of the document that arrived. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-no-signature': {
    message:
      'The sealed document was opened again and has no readable signature of its own: {reason}. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-coverage': {
    message:
      'The signature of the sealed document does not cover the whole of it: {reason}. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-digest': {
    message: 'The digest in the signature is not that of the sealed document. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-attributes': {
    message:
      'The signed attributes of the sealed document are not as the level demands: {reason}. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-certificate': {
    message: 'The sealed document is not bound to the certificate that was to seal it. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-signature-value': {
    message:
      'The signature value in the sealed document does not verify under its certificate. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-time-stamp': {
    message: 'The time-stamp in the sealed document does not verify: {reason}. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-level': {
    message: 'The sealed document is at level {reached}, but {wanted} was wanted. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'ades.check-earlier-signature': {
    message:
      'The new revision would touch the earlier signature in field {field}: {reason}. It was not released.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
} as const satisfies Partial<Record<`${'ades'}.${string}`, ErrorRow>>;
