// SPDX-License-Identifier: Apache-2.0
export { createLogger, type Logger, type LogSettings } from './logger.ts';
