// SPDX-License-Identifier: Apache-2.0
export { type Attribute, attributesOfType, attributeValues } from './attribute.ts';
export { encodeSignedData, type SignedDataInput, type SignerInput } from './encode-signed-data.ts';
export { findSignerCertificate, signingCertificateReferences } from './find-signer-certificate.ts';
export { attributeTypes, contentTypes } from './object-identifiers.ts';
export { encodeSignedAttributes, type SignedAttributesInput } from './signed-attributes.ts';
export {
  type OtherRevocationInfo,
  parseSignedData,
  type SignedAttributes,
  type SignedData,
  type SignerInfo,
} from './signed-data.ts';
export {
  type IssuerAndSerialNumber,
  issuerAndSerialNumber,
  namesCertificate,
  type SignerIdentifier,
  type SubjectKeyIdentifier,
} from './signer-identifier.ts';
export {
  parseSigningCertificate,
  parseSigningCertificateV2,
  refersTo,
  type SigningCertificateReference,
} from './signing-certificate.ts';
export { withUnsignedAttribute } from './unsigned-attribute.ts';
export {
  type SignerInfoFailure,
  type SignerInfoToVerify,
  type SignerInfoVerification,
  verifySignerInfo,
} from './verify-signer-info.ts';
