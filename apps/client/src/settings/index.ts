// SPDX-License-Identifier: Apache-2.0
export { parseSettings, readSettings, type Settings } from './read.ts';
export { SettingsSchema } from './schema.ts';
export { settingsTemplate, type TemplateBinding, type TemplateValues } from './template.ts';
