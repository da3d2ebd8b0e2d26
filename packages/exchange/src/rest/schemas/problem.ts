// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from 'typebox';

/** A problem document (RFC 9457) with the members that Signet adds. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:signet:error: and the code' }),
    title: Type.String({ description: 'The same for every occurrence of the code' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'A sentence for people' }),
    instance: Type.String({ description: 'urn:uuid: and the id of the request, as in the log' }),
    code: Type.String({
      pattern: '^[a-z0-9]+\\.[a-z0-9-]+$',
      description: 'Stable code, see the list of errors',
    }),
    retryable: Type.Boolean({ description: 'Whether the same request may succeed later without a change' }),
    details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
      description: 'The values in the sentence',
    }),
    job: Type.Optional(Type.String({ format: 'uuid' })),
    record: Type.Optional(Type.Unsafe<unknown>({ $ref: 'ResultRecord#' })),
  },
  { $id: 'Problem' },
);

/** A problem document. */
export type Problem = Static<typeof ProblemSchema>;
