// SPDX-License-Identifier: Apache-2.0
import { withServer } from '../access.ts';
import { exitCodes } from '../terminal/exit-codes.ts';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Has a server look at itself and prints what it found; gives the exit code. */
export async function askDoctor(access: string, json: boolean): Promise<number> {
  const { checks } = (await withServer(access, (api) => api.request('GET', '/admin/doctor'))) as {
    readonly checks: readonly Check[];
  };
  const lines = checks.map(({ check, ok, detail }) => `${ok ? 'good ' : 'WRONG'}  ${check}: ${detail}\n`);
  process.stdout.write(json ? `${JSON.stringify(checks, undefined, 2)}\n` : lines.join(''));
  return checks.every(({ ok }) => ok) ? exitCodes.good : exitCodes.failed;
}
