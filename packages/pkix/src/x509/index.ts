// SPDX-License-Identifier: Apache-2.0
export {
  buildCertificate,
  type CertificateExtensions,
  type CertificateInput,
  keyIdentifier,
  signedStructure,
} from './build-certificate.ts';
export { Certificate, parseCertificate, readPublicKey } from './certificate.ts';
export {
  buildCertificationRequest,
  type CertificationRequest,
  parseCertificationRequest,
  verifyCertificationRequest,
} from './certification-request.ts';
export { type Extension, extension, extensionOids, readExtensions } from './extension.ts';
export {
  type AuthorityInformationAccess,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  extendedKeyUsages,
  type KeyUsage,
  keyUsageBits,
} from './extension-values.ts';
export { type GeneralName, generalName, readGeneralName, readGeneralNames, urisOf } from './general-name.ts';
export { type HostName, hostName } from './host-name.ts';
export {
  type AttributeTypeAndValue,
  buildName,
  Name,
  type NameAttribute,
  type NameInput,
  nameAttributes,
  readName,
  readWholeName,
} from './name.ts';
export {
  anyPolicy,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
} from './policy-extensions.ts';
export {
  buildQcStatements,
  type PdsLocation,
  type QcStatements,
  type QcStatementsInput,
  type QcType,
} from './qc-statements.ts';
export { randomSerialNumber } from './serial-number.ts';
export { certificateSignedBy, isSignedBy, type SignedStructure } from './verify.ts';
