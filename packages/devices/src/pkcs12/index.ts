// SPDX-License-Identifier: Apache-2.0
export { openPkcs12 } from './device.ts';
