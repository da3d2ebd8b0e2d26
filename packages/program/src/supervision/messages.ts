// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, type ErrorDetails, isErrorCode } from '@signet/base';

/** What a child tells its supervisor over IPC. */
export type ChildMessage =
  | { readonly signet: 'ready' }
  /** It cannot start; the error as it may be shown. */
  | { readonly signet: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails }
  /** It wants to know something that only the supervisor can. */
  | { readonly signet: 'ask'; readonly id: number; readonly question: string };

/** What a supervisor tells its child. */
export type SupervisorMessage =
  /** Finish what is in flight and end. */
  | { readonly signet: 'stop' }
  /** The answer to the question of that id; undefined if there is none. */
  | { readonly signet: 'answer'; readonly id: number; readonly answer?: string };

/** Whether something that came over IPC is a child's message (a library may use the same channel). */
export function isChildMessage(message: unknown): message is ChildMessage {
  const { signet, code } = tagged(message);
  if (signet === 'failed') return typeof code === 'string' && isErrorCode(code);
  return signet === 'ready' || signet === 'ask';
}

/** Whether something that came over IPC is the supervisor's message. */
export function isSupervisorMessage(message: unknown): message is SupervisorMessage {
  const { signet } = tagged(message);
  return signet === 'stop' || signet === 'answer';
}

function tagged(message: unknown): { signet?: unknown; code?: unknown } {
  return typeof message === 'object' && message !== null ? message : {};
}
