// SPDX-License-Identifier: Apache-2.0
import type { SecretReader } from '@signet/program';
import type { Settings } from '../settings/index.ts';

/** A proxy for outgoing connections, its login read. */
export interface OutgoingProxy {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly bypass: readonly string[];
}

/**
 * The proxy that the settings name, if they do.
 *
 * @throws SignetError `config.secret-unavailable`
 */
export function outgoingProxy(
  { egress }: Pick<Settings, 'egress'>,
  secrets: SecretReader,
): OutgoingProxy | undefined {
  if (egress.proxy === undefined) return undefined;
  const { url, login, except } = egress.proxy;
  if (login === undefined) return { url, bypass: except };
  const [user = '', ...password] = secrets.read(login).split(':');
  return { url, user, password: password.join(':'), bypass: except };
}
