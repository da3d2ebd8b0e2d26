// SPDX-License-Identifier: Apache-2.0
export { dotted, type Place } from './locate.ts';
export { secretReference } from './reference.ts';
export { administrativeSecrets, allowedPath, bootSecrets, type SecretReader } from './secret.ts';
export { parseSettingsFile, readSettingsFile, type SettingsFile } from './settings-file.ts';
