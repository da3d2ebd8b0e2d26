// SPDX-License-Identifier: Apache-2.0
import type { SignetError } from '@signet/base';

/** Writes to standard error where an unexpected fault came from: at a terminal there is no log to look into. */
export function tellTrace({ code, cause }: SignetError): void {
  if (code !== 'general.internal') return;
  process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
}
