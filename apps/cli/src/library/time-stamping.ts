// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '@signet/base';
import { openTimeStampPool, type TimeStampPoolClient } from '@signet/trust/tsa';

/** The one authority that a command line names. */
export interface AuthorityOptions {
  readonly url: string;
  /** Whether `http:` is accepted. */
  readonly allowPlain: boolean;
  /** PEM of the CA of its TLS certificate, if that is no public one. */
  readonly caPem?: string;
}

/** A pool of that one authority. Whoever types an address means it: it may be a private one. */
export function timeStampingBy(authority: AuthorityOptions): TimeStampPoolClient {
  return openTimeStampPool(
    {
      name: 'command-line',
      authorities: [{ name: 'command-line', allowPrivate: true, timeoutSeconds: 20, ...authority }],
    },
    { clock: systemClock },
  );
}
