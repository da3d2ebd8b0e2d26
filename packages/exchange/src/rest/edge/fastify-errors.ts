// SPDX-License-Identifier: Apache-2.0
import { asSignetError, ioError, isSignetError, SignetError } from '@signet/base';
import type { FastifyError, FastifyRequest } from 'fastify';

/**
 * The coded error for whatever was thrown while a request was handled: our own errors as they are, the framework's by
 * what they mean, anything else as `general.internal` under the request's id.
 */
export function codedError(
  error: unknown,
  request: FastifyRequest,
  limits: { jsonBytes: number },
): SignetError {
  if (isSignetError(error)) return error;
  const framework = error as Partial<FastifyError>;
  if (framework.validation !== undefined) return invalid(framework);
  const code = String(framework.code ?? '');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new SignetError('request.too-large', { limitBytes: limits.jsonBytes }, error);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType(request, []);
  if (code.startsWith('FST_ERR_CTP_')) {
    return new SignetError('request.malformed', { problem: 'its body and its header do not agree' }, error);
  }
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return new SignetError('request.malformed', { problem: 'its path is not a URL path of this API' }, error);
  }
  if (isFileError(error)) return ioError(error.path, error);
  return asSignetError(error, request.id);
}

/** A failure of the file system below a stream that was being answered. */
function isFileError(error: unknown): error is Error & { readonly path: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string';
}

/** The error for a body of a type that the path does not take. */
export function unsupportedMediaType(request: FastifyRequest, accepted: readonly string[]): SignetError {
  return new SignetError('request.unsupported-media-type', {
    given: (request.headers['content-type'] ?? '(none)').slice(0, 100),
    accepted: accepted.join(', ') || 'none of this kind',
  });
}

function invalid(error: Partial<FastifyError>): SignetError {
  const first = error.validation?.[0];
  return new SignetError('request.invalid', {
    where: `${error.validationContext ?? 'request'}${first?.instancePath ?? ''}`,
    problem: first?.message ?? 'it does not match the schema',
  });
}
