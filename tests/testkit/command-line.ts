// SPDX-License-Identifier: Apache-2.0
// Runs the command line as a process of its own, while the test's own services go on answering.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'src', 'main.ts');

/** What a command left. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `signet ARGS…`; the environment's own `SIGNET_*` variables are kept away from it. */
export function signet(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGNET_'));
  const env = { ...Object.fromEntries(inherited), ...options.env };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [entry, ...args],
      { env, ...(options.cwd !== undefined && { cwd: options.cwd }) },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
