// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, errorRow } from '@signet/base';
import { type TSchema, Type } from 'typebox';
import { problemMediaType } from '../problem.ts';
import { ProblemSchema } from '../schemas/problem.ts';
import { shared } from '../schemas/shared.ts';

/** How an answer is described in the OpenAPI document. */
export type ResponseDescriptions = Readonly<Record<string, unknown>>;

/** Codes with which any call that needs an identity can end. */
const identityCodes = [
  'access.no-identity',
  'access.malformed-authorization',
  'access.unknown-identity',
  'access.expired',
  'access.scope',
] as const satisfies readonly ErrorCode[];

/** Codes with which a call that names a process can end. */
export const processCodes = [
  'access.process',
  'access.transfer',
  'request.unknown-process',
] as const satisfies readonly ErrorCode[];

/** Codes with which a call that sends a document or a package can end. */
export const bodyCodes = [
  'request.invalid',
  'request.aborted',
  'request.too-slow',
  'request.too-large',
  'request.unsupported-media-type',
  'request.empty-document',
  'general.io',
] as const satisfies readonly ErrorCode[];

/** Codes with which a call that carries an Idempotency-Key can end. */
export const keyCodes = [
  'request.in-progress',
  'request.bytes-deleted',
  'request.idempotency-mismatch',
] as const satisfies readonly ErrorCode[];

/** The answers of a call: the good ones as given, and a problem document for each status of the codes. */
export function responses(good: ResponseDescriptions, ...codes: readonly ErrorCode[]): ResponseDescriptions {
  return { ...good, ...problems([...identityCodes, ...codes, 'general.internal']) };
}

/** As `responses`, for a call that needs no identity. */
export function openResponses(
  good: ResponseDescriptions,
  ...codes: readonly ErrorCode[]
): ResponseDescriptions {
  return { ...good, ...problems([...codes, 'general.internal']) };
}

function problems(codes: readonly ErrorCode[]): ResponseDescriptions {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorRow(code).status);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map((code) => `\`${code}\`: ${errorRow(code).message}`).join('\n\n'),
        ...(some.some((code) => errorRow(code).retryable) ? { headers: { 'Retry-After': retryAfter } } : {}),
        content: { [problemMediaType]: { schema: shared(ProblemSchema) } },
      },
    ]),
  );
}

const retryAfter = { type: 'integer', description: 'Seconds after which it makes sense to ask again' };

/** A JSON answer. */
export function json(
  description: string,
  schema: TSchema,
  headers: ResponseDescriptions = {},
): ResponseDescriptions {
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { 'application/json': { schema } },
  };
}

/** An answer whose body is bytes of these types. */
export function bytes(
  description: string,
  types: readonly string[],
  headers: ResponseDescriptions,
): ResponseDescriptions {
  const schema = { description: 'Bytes' };
  return { description, headers, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

/** A request body that is read as a stream; what matters is checked while it comes. */
export function streamBody(description: string, types: readonly string[]) {
  const schema = Type.Unsafe<unknown>({ description });
  return { content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}
