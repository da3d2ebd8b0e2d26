// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSignetError, SignetError } from '@signet/base';

type MalformedCode = Extract<ErrorCode, `${string}malformed`>;

/**
 * Runs a reader of one structure so that whatever is wrong with its bytes comes out under the one code of that
 * structure: the caller asks "can it be read", the ASN.1 reason is told in the sentence and kept as cause.
 *
 * @throws SignetError `code` for every coded error of another area that `read` throws; those of the same area pass
 */
export function readAs<T>(code: MalformedCode, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSignetError(error) || areaOf(error.code) === areaOf(code)) throw error;
    throw new SignetError(code, { reason: error.message.replace(/\.$/, '') }, error);
  }
}

function areaOf(code: ErrorCode): string {
  return code.slice(0, code.indexOf('.'));
}
