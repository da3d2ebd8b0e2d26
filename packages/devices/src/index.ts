// SPDX-License-Identifier: Apache-2.0
export type { SignatureCreationDevice, SigningCredential, SigningRequest } from './device.ts';
