// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { ProcessConfiguration } from '@signet/sealing';
import { parse, stringify, YAMLParseError } from 'yaml';
import { withServer } from '../access.ts';
import { readNamedText } from '../named-file.ts';
import { table } from '../terminal/table.ts';

/** Prints the processes that the identity of the access file may use. */
export async function listProcesses(access: string, json: boolean): Promise<void> {
  const processes = await withServer(access, (api) => api.processes());
  if (json) {
    process.stdout.write(`${JSON.stringify(processes, undefined, 2)}\n`);
    return;
  }
  const rows = processes.map(
    ({ process: name, version, level, transfer, signatureAlgorithm, description }) => {
      const ways = [transfer.document ? 'document' : '', transfer.hash ? 'hash' : '']
        .filter((way) => way !== '')
        .join(', ');
      return [name, String(version), `PAdES ${level}`, ways, signatureAlgorithm, description ?? ''];
    },
  );
  process.stdout.write(
    table([['process', 'version', 'level', 'transfer', 'algorithm', 'description'], ...rows]),
  );
}

/** Prints the version of a process that is in force, as a file that could be changed and applied. */
export async function showProcess(access: string, name: string, json: boolean): Promise<void> {
  const { version, configuration } = (await withServer(access, (api) =>
    api.request('GET', `/admin/processes/${encodeURIComponent(name)}`),
  )) as { readonly version: number; readonly configuration: ProcessConfiguration };
  process.stdout.write(
    json
      ? `${JSON.stringify(configuration, undefined, 2)}\n`
      : `# Version ${version}\n${stringify(configuration)}`,
  );
}

/**
 * Sends a process configuration to the server, which judges it and makes a version of it.
 *
 * @throws SignetError `config.unreadable`, `config.no-process-name`, and what the server says
 */
export async function applyProcess(access: string, file: string): Promise<void> {
  const configuration = readConfiguration(file);
  const path = `/admin/processes/${encodeURIComponent(configuration.process)}`;
  const { version } = (await withServer(access, (api) => api.request('PUT', path, configuration))) as {
    readonly version: number;
  };
  process.stdout.write(`${configuration.process}: version ${version} is in force.\n`);
}

/** Only the name is looked at here, for the address; the server judges the rest and names the key that is wrong. */
function readConfiguration(file: string): ProcessConfiguration {
  const configuration = parseYaml(file) as ProcessConfiguration | null;
  if (typeof configuration?.process !== 'string')
    throw new SignetError('config.no-process-name', { path: file });
  return configuration;
}

/** JSON is YAML too. */
function parseYaml(file: string): unknown {
  const text = readNamedText(file);
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof YAMLParseError ? error.message.split('\n', 1)[0]! : 'it is no YAML';
    throw new SignetError('config.unreadable', { file, reason }, error);
  }
}
