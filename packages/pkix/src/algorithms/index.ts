// SPDX-License-Identifier: Apache-2.0
export {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  readAlgorithmIdentifier,
  withoutParameters,
} from './algorithm-identifier.ts';
export {
  type DigestAlgorithm,
  type DigestAlgorithmId,
  digest,
  digestAlgorithm,
  digestAlgorithmByOid,
  digestAlgorithmByXmlUri,
  digestAlgorithmOf,
  digestAlgorithms,
  isDigestAlgorithmId,
  startDigest,
} from './digest.ts';
export { identifySignatureAlgorithm, signatureAlgorithmByXmlUri, statedSaltLength } from './identify.ts';
export {
  algorithmsOfKey,
  type Curve,
  curves,
  describeKey,
  type KeyDescription,
  keyFits,
  publicKeyOf,
} from './key.ts';
export {
  type AlgorithmJudgement,
  type AlgorithmPolicy,
  etsiAlgorithmPolicy,
  judgeDigestAlgorithm,
  judgeSignatureAlgorithm,
  type KeySizeEnd,
} from './policy.ts';
export { type PssParameters, readPssParameters } from './pss.ts';
export {
  isSignatureAlgorithmId,
  type KeyType,
  type SignatureAlgorithm,
  type SignatureAlgorithmId,
  signatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithms,
} from './signature.ts';
export type { SignatureVerification } from './signature-verification.ts';
export { dtbsr, nodeSignatureOptions, verifySignatureValue } from './verify.ts';
