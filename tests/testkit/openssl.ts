// SPDX-License-Identifier: Apache-2.0
// The openssl program as a second opinion, where it is on PATH.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Why tests that ask openssl are skipped: false where it is there, or where nothing may be skipped. */
export const withoutOpenssl: string | false =
  process.env.SIGNET_REQUIRE === 'all' || spawnSync('openssl', ['version']).status === 0
    ? false
    : 'needs the program openssl (Debian package openssl)';

/** A directory for one test with files to hand to openssl; removed when the test ends. */
export class OpensslDirectory {
  readonly #directory: string;

  constructor(context: TestContext) {
    this.#directory = mkdtempSync(join(tmpdir(), 'signet-openssl-'));
    context.after(() => rmSync(this.#directory, { recursive: true, force: true }));
  }

  /** Path of a file in it. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs openssl here. Text is all that it said, on both streams. */
  run(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
    const { status, stdout, stderr, error } = spawnSync('openssl', args, {
      cwd: this.#directory,
      encoding: 'utf8',
      env: { ...process.env, OPENSSL_CONF: '/dev/null' },
    });
    if (error !== undefined) throw error;
    return { ok: status === 0, text: `${stdout}\n${stderr}` };
  }
}
