// SPDX-License-Identifier: Apache-2.0
export { parseSettings, readSettings, type Settings } from './read.ts';
export { SettingsSchema } from './schema.ts';
export { type ExternalDatabase, settingsTemplate, type TemplateValues } from './template.ts';
