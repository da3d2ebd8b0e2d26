// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';

/** What every command is told that asks a server. */
export interface AccessOptions {
  /** Path of the access file. */
  readonly access: string;
}

/** Adds the option by which every command that asks a server learns which one. */
export function withAccess(command: Command): Command {
  return command.option(
    '--access <file>',
    'file with SIGNET_URL, SIGNET_CA (path of a PEM file) and SIGNET_TOKEN, as the demo and server init write it',
    'access.env',
  );
}

/** Collects a repeatable option. */
export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
