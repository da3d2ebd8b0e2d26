// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from 'typebox';
import { type JobBody, JobSchema } from './job.ts';
import { type Problem, ProblemSchema } from './problem.ts';
import { shared } from './shared.ts';

/** A batch and how far each of its documents is; also the `report.json` of its package. */
export const BatchSchema = Type.Object(
  {
    format: Type.Literal(1),
    batch: Type.String({ format: 'uuid' }),
    process: Type.String(),
    state: Type.Union([Type.Literal('working'), Type.Literal('finished')]),
    createdAt: Type.String({ format: 'date-time' }),
    counts: Type.Object({ documents: Type.Integer(), sealed: Type.Integer(), failed: Type.Integer() }),
    documents: Type.Array(
      Type.Object({
        name: Type.String({ description: 'Name of the entry in the ZIP' }),
        job: Type.Optional(shared<JobBody>(JobSchema)),
        problem: Type.Optional(shared<Problem>(ProblemSchema)),
      }),
    ),
    package: Type.Optional(
      Type.String({ description: 'Path of the ZIP of sealed documents, once finished' }),
    ),
  },
  { $id: 'Batch' },
);

/** A batch as JSON. */
export type BatchBody = Static<typeof BatchSchema>;
