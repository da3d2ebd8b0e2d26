// SPDX-License-Identifier: Apache-2.0
export { defaultZipLimits, type ZipLimits } from './zip-limits.ts';
