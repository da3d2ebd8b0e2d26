// SPDX-License-Identifier: Apache-2.0
import { withServer } from '../access.ts';
import { table } from '../terminal/table.ts';

/** What an identity shall be allowed. */
export interface NewIdentity {
  readonly name: string;
  /** None: all. */
  readonly processes: readonly string[];
  /** None: `seal` and `validate`. */
  readonly scopes: readonly string[];
}

interface TokenRow {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly processes: readonly string[] | '*';
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Makes a token and prints it, alone on standard output. */
export async function createToken(
  access: string,
  { days, ...identity }: NewIdentity & { readonly days: number },
): Promise<void> {
  const body = { ...rightsOf(identity), days };
  const { token } = (await withServer(access, (api) => api.request('POST', '/admin/tokens', body))) as {
    readonly token: string;
  };
  process.stdout.write(`${token}\n`);
  process.stderr.write('This is shown once. Keep it where only its user can read it.\n');
}

/** Makes an enrolment code and prints it, alone on standard output. */
export async function createEnrolmentCode(
  access: string,
  { hours, ...identity }: NewIdentity & { readonly hours: number },
): Promise<void> {
  const body = { ...rightsOf(identity), hours };
  const { code, codeExpiresAt } = (await withServer(access, (api) =>
    api.request('POST', '/admin/enrolment-codes', body),
  )) as { readonly code: string; readonly codeExpiresAt: string };
  process.stdout.write(`${code}\n`);
  process.stderr.write(`It works once, until ${codeExpiresAt}: signet client init --code …\n`);
}

function rightsOf({ name, processes, scopes }: NewIdentity) {
  return {
    name,
    processes: processes.length > 0 ? processes : '*',
    scopes: scopes.length > 0 ? scopes : ['seal', 'validate'],
  };
}

/** Prints all tokens, never their secrets. */
export async function listTokens(access: string, json: boolean): Promise<void> {
  const tokens = (await withServer(access, (api) =>
    api.request('GET', '/admin/tokens'),
  )) as readonly TokenRow[];
  if (json) {
    process.stdout.write(`${JSON.stringify(tokens, undefined, 2)}\n`);
    return;
  }
  const rows = tokens.map(({ name, scopes, processes, expiresAt, revokedAt }) => [
    name,
    scopes.join(', '),
    processes === '*' ? 'all' : processes.join(', '),
    expiresAt ?? 'never',
    revokedAt ? `revoked ${revokedAt}` : 'in force',
  ]);
  process.stdout.write(table([['name', 'may', 'processes', 'expires', 'state'], ...rows]));
}

/** Ends a token. */
export async function revokeToken(access: string, name: string): Promise<void> {
  await withServer(access, (api) => api.request('DELETE', `/admin/tokens/${encodeURIComponent(name)}`));
  process.stdout.write(`${name} is revoked.\n`);
}
