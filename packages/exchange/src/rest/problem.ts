// SPDX-License-Identifier: Apache-2.0
import { type ErrorDetails, isErrorCode, isUuid, SignetError, type Uuid } from '@signet/base';
import type { JobProblem, ResultRecord } from '@signet/sealing';
import type { Problem } from './schemas/problem.ts';

/** Content type of problem documents. */
export const problemMediaType = 'application/problem+json';

/** Details that say something about this machine; at an edge a general word takes their place. */
const internalDetails: ErrorDetails = { path: 'a file of this program' };

/**
 * The problem document (RFC 9457) of an error. Its cause, and what its details tell of this machine, stay inside.
 *
 * @param occurrence id of the request or the job: where to look in the log
 * @param record of the job, where the answer must carry it
 */
export function problemOf(error: SignetError, occurrence: Uuid, record?: ResultRecord): Problem {
  const { code, message, details, row } = withoutInternals(error);
  const job = details.job;
  return {
    type: `urn:signet:error:${code}`,
    title: titleOf(code),
    status: row.status,
    detail: message,
    instance: `urn:uuid:${occurrence}`,
    code,
    retryable: row.retryable,
    details: { ...details },
    ...(typeof job === 'string' && isUuid(job) ? { job } : {}),
    ...(record === undefined ? {} : { record }),
  };
}

/** The problem document of a job that ended without a seal. */
export function problemOfJob(problem: JobProblem, job: Uuid): Problem {
  return problemOf(new SignetError(problem.code, { ...problem.details, job }), job);
}

/**
 * The error that a problem document tells of: the same code and details, so that a caller decides as if it had happened
 * here. A code that this version does not know becomes `exchange.server-error` or `exchange.server-refused`.
 *
 * @param body whatever came; it need not be a problem document
 */
export function errorOfProblem(body: unknown, status: number): SignetError {
  const problem = isObject(body) ? body : {};
  const code = typeof problem.code === 'string' ? problem.code : 'without a code';
  if (isErrorCode(code)) return new SignetError(code, plainDetails(problem.details));
  const passes = typeof problem.retryable === 'boolean' ? problem.retryable : status >= 500 || status === 429;
  return new SignetError(passes ? 'exchange.server-error' : 'exchange.server-refused', { status, code });
}

/** `request.too-large` → `Too large`. */
function titleOf(code: string): string {
  const words = code.slice(code.indexOf('.') + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function withoutInternals(error: SignetError): SignetError {
  const inside = Object.keys(internalDetails).filter((key) => key in error.details);
  if (inside.length === 0) return error;
  const details = { ...error.details };
  for (const key of inside) details[key] = internalDetails[key]!;
  return new SignetError(error.code, details);
}

function plainDetails(value: unknown): ErrorDetails {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string | number | boolean] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
    ),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
