// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, type ErrorDetails, isErrorCode } from '@signet/base';

/** What a child tells its supervisor over IPC. */
export type ChildMessage =
  | { readonly signet: 'ready' }
  /** It cannot start; the error as it may be shown. */
  | { readonly signet: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails };

/** What a supervisor tells its child: finish what is in flight and end. */
export type SupervisorMessage = { readonly signet: 'stop' };

/** Whether something that came over IPC is a child's message (a library may use the same channel). */
export function isChildMessage(message: unknown): message is ChildMessage {
  const { signet, code } = tagged(message);
  return signet === 'ready' || (signet === 'failed' && typeof code === 'string' && isErrorCode(code));
}

/** Whether something that came over IPC is the supervisor's message. */
export function isSupervisorMessage(message: unknown): message is SupervisorMessage {
  return tagged(message).signet === 'stop';
}

function tagged(message: unknown): { signet?: unknown; code?: unknown } {
  return typeof message === 'object' && message !== null ? message : {};
}
