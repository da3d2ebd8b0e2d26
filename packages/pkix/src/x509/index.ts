// SPDX-License-Identifier: Apache-2.0
export { Certificate, parseCertificate, readPublicKey } from './certificate.ts';
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
export {
  type AttributeTypeAndValue,
  buildName,
  Name,
  type NameAttribute,
  type NameInput,
  nameAttributes,
  readName,
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
export { certificateSignedBy } from './verify.ts';
