// SPDX-License-Identifier: Apache-2.0
export { type DemoPkiUrls, demoPkiUrls, demoPolicies } from './certificate-profiles.ts';
export type { DemoCredential } from './credential.ts';
export { type DemoCredentialName, DemoPki, type DemoPkiOptions } from './demo-pki.ts';
export { type KeyFamily, keyFamilies } from './key-family.ts';
