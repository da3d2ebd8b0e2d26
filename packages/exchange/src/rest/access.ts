// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Caller, ProcessView, Scope } from './service.ts';

/** @throws SignetError `access.scope` if the caller has none of the scopes */
export function requireScope(caller: Caller, ...anyOf: readonly Scope[]): void {
  if (!anyOf.some((scope) => caller.scopes.includes(scope))) {
    throw new SignetError('access.scope', { identity: caller.identity, scope: anyOf.join(' or ') });
  }
}

/**
 * Refuses a process that the caller has no right to, whether or not it exists: who may not use it may not learn it.
 *
 * @throws SignetError `access.process`
 */
export function requireProcess(caller: Caller, process: string): void {
  if (caller.processes !== '*' && !caller.processes.includes(process)) {
    throw new SignetError('access.process', { identity: caller.identity, process });
  }
}

/** @throws SignetError `access.transfer` if the process does not take what the caller wants to hand in */
export function requireTransfer(process: ProcessView, transfer: 'document' | 'hash'): void {
  if (!process.transfer[transfer]) {
    throw new SignetError('access.transfer', { process: process.process, transfer });
  }
}
