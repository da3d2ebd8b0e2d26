// SPDX-License-Identifier: Apache-2.0
import type { Oid } from '../der/index.ts';

/** Content types of CMS (RFC 5652 §4, §5; RFC 3161 §2.4.2). */
export const contentTypes = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
} as const satisfies Record<string, Oid>;

/** Signed and unsigned attributes of CMS, ESS and CAdES, by the names that the standards give them. */
export const attributeTypes = {
  /** RFC 5652 §11.1 */
  contentType: '1.2.840.113549.1.9.3',
  /** RFC 5652 §11.2 */
  messageDigest: '1.2.840.113549.1.9.4',
  /** RFC 5652 §11.3 */
  signingTime: '1.2.840.113549.1.9.5',
  /** RFC 5652 §11.4 */
  countersignature: '1.2.840.113549.1.9.6',
  /** ESS certificate identifier with SHA-1, RFC 2634 §5.4 */
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  /** ESS certificate identifier with any digest, RFC 5035 §3 */
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  /** RFC 6211 §2 */
  algorithmProtection: '1.2.840.113549.1.9.52',
  /** EN 319 122-1 §5.2.9 */
  signaturePolicy: '1.2.840.113549.1.9.16.2.15',
  /** EN 319 122-1 §5.2.3 */
  commitmentType: '1.2.840.113549.1.9.16.2.16',
  /** EN 319 122-1 §5.3 */
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  /** Revocation information that Adobe keeps in a signed attribute (ISO 32000-2 §12.8.3.3.2) */
  adobeRevocationInformation: '1.2.840.113583.1.1.8',
} as const satisfies Record<string, Oid>;
