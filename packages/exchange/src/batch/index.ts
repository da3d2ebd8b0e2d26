// SPDX-License-Identifier: Apache-2.0
export { reportName } from './entry-names.ts';
export { readZip, type ZipDocument } from './read-zip.ts';
export { type PackageContent, type PackageDocument, writePackage } from './write-zip.ts';
export { defaultZipLimits, type ZipLimits } from './zip-limits.ts';
