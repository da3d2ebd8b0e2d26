// SPDX-License-Identifier: Apache-2.0
import type { ResultRecord } from '@signet/sealing';
import { type Static, Type } from 'typebox';
import { ProblemSchema } from './problem.ts';
import { ResultRecordSchema, Sha256 } from './result-record.ts';
import { shared } from './shared.ts';

/** A job as its owner may see it. */
export const JobSchema = Type.Object(
  {
    job: Type.String({ format: 'uuid' }),
    process: Type.String(),
    version: Type.Integer(),
    state: Type.Union(
      [
        Type.Literal('accepted'),
        Type.Literal('sealing'),
        Type.Literal('sealed'),
        Type.Literal('failed'),
        Type.Literal('abandoned'),
      ],
      {
        description:
          'abandoned: a request without Idempotency-Key whose program died before it answered; nothing was released',
      },
    ),
    createdAt: Type.String({ format: 'date-time' }),
    deadline: Type.String({
      format: 'date-time',
      description: 'Until when errors that pass are tried again',
    }),
    transfer: Type.Union([Type.Literal('document'), Type.Literal('hash')]),
    documentName: Type.Optional(Type.String()),
    sha256In: Sha256('SHA-256 of the document as it arrived'),
    size: Type.Integer({ description: 'Size of the document as it arrived, in bytes' }),
    batch: Type.Optional(Type.String({ format: 'uuid' })),
    record: Type.Optional(shared<ResultRecord>(ResultRecordSchema)),
    problem: Type.Optional(shared<Static<typeof ProblemSchema>>(ProblemSchema)),
    document: Type.Optional(
      Type.String({ description: 'Path of the sealed document, while its bytes are kept' }),
    ),
    deleted: Type.Boolean({ description: 'Whether the bytes were deleted; the record stays' }),
  },
  { $id: 'Job' },
);

/** A job as JSON. */
export type JobBody = Static<typeof JobSchema>;
