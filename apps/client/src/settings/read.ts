// SPDX-License-Identifier: Apache-2.0
import { relative } from 'node:path';
import { parseSettingsFile, readSettingsFile, type SettingsFile } from '@signet/program';
import { type RawSettings, SettingsSchema } from './schema.ts';

/** The settings of a client: validated, paths absolute, secrets still references. */
export interface Settings extends RawSettings {
  /** Absolute path of the file they were read from. */
  readonly file: string;
  /** Its directory: what `file:` references are meant from. */
  readonly directory: string;
}

/**
 * Reads and validates `client.yaml`.
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
  const at = (path: string) => source.resolve(path);
  const settings: Settings = {
    ...values,
    file,
    directory,
    state: { directory: at(values.state.directory) },
    server: serverWithPaths(values.server, at),
    bindings: values.bindings.map((binding) => ({ ...binding, root: at(binding.root) })),
    ...(values.rest && { rest: { ...values.rest, certificate: at(values.rest.certificate) } }),
  };
  checkIdentity(source);
  checkBindings(source, settings);
  checkApplications(source);
  return settings;
}

function serverWithPaths(server: RawSettings['server'], at: (path: string) => string): RawSettings['server'] {
  const { ca, certificate, proxy } = server;
  return {
    ...server,
    ...(ca && { ca: at(ca) }),
    ...(certificate && { certificate: at(certificate) }),
    ...(proxy && { proxy: { ...proxy, ...(proxy.ca && { ca: at(proxy.ca) }) } }),
  };
}

function checkIdentity(source: SettingsFile<RawSettings>): void {
  const { certificate, key, token } = source.values.server;
  if ((certificate === undefined) !== (key === undefined)) {
    source.refuse('/server', 'needs certificate and key together');
  }
  if ((certificate === undefined) === (token === undefined)) {
    source.refuse('/server', 'needs one of certificate (with key) and token');
  }
}

function checkBindings(source: SettingsFile<RawSettings>, { bindings, state }: Settings): void {
  for (const [index, binding] of bindings.entries()) {
    const at = `/bindings/${index}`;
    const earlier = bindings.slice(0, index);
    if (earlier.some(({ name }) => name === binding.name)) source.refuse(`${at}/name`, 'is there already');
    if (earlier.some(({ root }) => overlap(root, binding.root))) {
      source.refuse(`${at}/root`, 'is, or lies in, the folder of another binding');
    }
    if (overlap(state.directory, binding.root)) {
      source.refuse(
        `${at}/root`,
        'must lie apart from state.directory, which is never in an exchange folder',
      );
    }
  }
}

function checkApplications(source: SettingsFile<RawSettings>): void {
  for (const [index, application] of (source.values.rest?.applications ?? []).entries()) {
    const { tokenSha256, certificateSha256 } = application;
    if (tokenSha256 !== undefined || certificateSha256 !== undefined) continue;
    source.refuse(`/rest/applications/${index}`, 'needs one of tokenSha256 and certificateSha256');
  }
}

/** Whether one directory is the other or lies in it. */
function overlap(one: string, other: string): boolean {
  const inside = (path: string) => path === '' || !(path.startsWith('..') || path.startsWith('/'));
  return inside(relative(one, other)) || inside(relative(other, one));
}
