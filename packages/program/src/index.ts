// SPDX-License-Identifier: Apache-2.0
export { exitCodeOf, exitCodes } from './exit-code.ts';
export { createLogger, type Logger, type LogSettings } from './logger.ts';
export { type NewFile, refuseExisting, removeNewFiles, writeNewFiles } from './new-files.ts';
export { dotted, type Place } from './settings/locate.ts';
export { secretReference } from './settings/reference.ts';
export { administrativeSecrets, allowedPath, bootSecrets, type SecretReader } from './settings/secret.ts';
export { parseSettingsFile, readSettingsFile, type SettingsFile } from './settings/settings-file.ts';
export { type BackOff, backOff } from './supervision/back-off.ts';
export { askSupervisor, type ChildOptions, runSupervisedChild } from './supervision/child.ts';
export {
  type Supervision,
  type SupervisionLog,
  type SupervisionOptions,
  supervise,
} from './supervision/supervise.ts';
export { readTlsFiles, type TlsMaterial } from './tls-files.ts';
