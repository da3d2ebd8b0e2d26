// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { TimeStampAuthority } from '@signet/sealing';

/** Says whether an authority may be reached although its address is private: the node's operator decides, not a tenant. */
export type PrivateHosts = (url: string) => boolean;

/** By the list in the settings: `host`, or `host:port` for one port alone. */
export function privateHosts(listed: readonly string[]): PrivateHosts {
  const known = new Set(listed);
  return (url) => {
    const { hostname, port, protocol } = new URL(url);
    const name = hostname.replace(/^\[|\]$/g, '');
    return known.has(name) || known.has(`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
  };
}

/** @throws SignetError `config.private-host-not-allowed` if an authority asks for what the operator did not allow */
export function refusePrivate(authority: TimeStampAuthority, allowed: PrivateHosts): void {
  if (authority.allowPrivate && !allowed(authority.url)) {
    throw new SignetError('config.private-host-not-allowed', { host: new URL(authority.url).host });
  }
}
