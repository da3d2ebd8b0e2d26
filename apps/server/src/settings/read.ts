// SPDX-License-Identifier: Apache-2.0
import { parseSettingsFile, readSettingsFile, type SettingsFile } from '@signet/program';
import { type RawSettings, SettingsSchema } from './schema.ts';

/** The settings of a server: validated, paths absolute, secrets still references. */
export interface Settings extends RawSettings {
  /** Absolute path of the file they were read from. */
  readonly file: string;
  /** Its directory: what `file:` references are meant from. */
  readonly directory: string;
}

/**
 * Reads and validates `server.yaml`.
 *
 * @throws SignetError `config.unreadable`; `config.invalid` with file, key, line and reason of the first thing wrong
 */
export function readSettings(file: string): Settings {
  return settingsOf(readSettingsFile(file, SettingsSchema));
}

/**
 * The same from text; `path` (absolute) says where it is from.
 *
 * @throws SignetError `config.invalid`
 */
export function parseSettings(text: string, path: string): Settings {
  return settingsOf(parseSettingsFile(text, path, SettingsSchema));
}

function settingsOf(source: SettingsFile<RawSettings>): Settings {
  const { values, file, directory } = source;
  checkDatabase(source);
  const at = (path: string) => source.resolve(path);
  const { builtIn, external } = values.database;
  return {
    ...values,
    file,
    directory,
    tls: { ...values.tls, certificate: at(values.tls.certificate) },
    database: {
      ...(builtIn && { builtIn: { directory: at(builtIn.directory) } }),
      ...(external && { external: { ...external, ...(external.ca && { ca: at(external.ca) }) } }),
    },
    blobs: { directory: at(values.blobs.directory) },
    spool: { directory: at(values.spool.directory) },
    secrets: { directories: values.secrets.directories.map(at) },
  };
}

function checkDatabase(source: SettingsFile<RawSettings>): void {
  const { builtIn, external } = source.values.database;
  if (builtIn && external)
    source.refuse('/database/external', 'cannot stand beside builtIn: say one of them');
  if (!builtIn && !external) source.refuse('/database', 'needs one of builtIn and external');
}
