// SPDX-License-Identifier: Apache-2.0
import { asSignetError } from '@signet/base';

/**
 * The exit codes of Signet's programs, after sysexits.h where it has a word for them, so that a service manager can tell
 * what starting again cannot help (RestartPreventExitStatus=64 78).
 */
export const exitCodes = {
  /** It was told to stop, and stopped. */
  stopped: 0,
  /** A fault of the program; the log tells. */
  fault: 1,
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** Something that it needs is away, for now (EX_TEMPFAIL). */
  unavailable: 75,
  /** The configuration is wrong: a person has to change it (EX_CONFIG). */
  configuration: 78,
} as const;

/** With which code a program ends that an error keeps from starting. */
export function exitCodeOf(error: unknown): number {
  const { code, row } = asSignetError(error);
  if (code === 'general.internal') return exitCodes.fault;
  if (row.retryable) return exitCodes.unavailable;
  return row.fault === 'configuration' || row.fault === 'caller' ? exitCodes.configuration : exitCodes.fault;
}
