// SPDX-License-Identifier: Apache-2.0
import { asSignetError, type SignetError } from '@signet/base';

/** Writes to standard error why a command could not do its work: a coded error in its sentence, anything else with its trace. */
export function tellError(error: unknown): void {
  const coded = asSignetError(error, 'the trace below');
  process.stderr.write(`${coded.code}: ${coded.message}\n`);
  tellTrace(coded);
}

/** Writes to standard error where an unexpected fault came from: at a terminal there is no log to look into. */
export function tellTrace({ code, cause }: SignetError): void {
  if (code !== 'general.internal') return;
  process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
}
