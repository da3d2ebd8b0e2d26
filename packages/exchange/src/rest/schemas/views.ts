// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { JobView } from '@signet/sealing';
import { batchPath, jobPath } from '../paths.ts';
import { problemOf, problemOfJob } from '../problem.ts';
import type { BatchView } from '../service.ts';
import type { BatchBody } from './batch.ts';
import type { JobBody } from './job.ts';

/** A job as JSON. */
export function jobBody(view: JobView): JobBody {
  const { job, record, problem } = view;
  return {
    job: job.id,
    process: job.process,
    version: job.version,
    state: view.state,
    createdAt: view.createdAt.toISOString(),
    deadline: job.deadline.toISOString(),
    transfer: job.transfer,
    ...(job.documentName === undefined ? {} : { documentName: job.documentName }),
    sha256In: job.sha256In,
    size: job.size,
    ...(job.batch === undefined ? {} : { batch: job.batch }),
    ...(record === undefined ? {} : { record: { ...record, warnings: [...record.warnings] } }),
    ...(problem === undefined ? {} : { problem: problemOfJob(problem, job.id) }),
    ...(view.hasOutput ? { document: `${jobPath(job.id)}/document` } : {}),
    deleted: view.deleted,
  };
}

/** A batch as JSON; also the report in its package. */
export function batchBody({ batch, state, jobs }: BatchView): BatchBody {
  const bodies = new Map(jobs.map((view) => [view.job.id, jobBody(view)]));
  const documents = batch.documents.map(({ name, job, problem }) => {
    const body = job === undefined ? undefined : bodies.get(job);
    return {
      name,
      ...(body === undefined ? {} : { job: body }),
      ...(problem === undefined
        ? {}
        : { problem: problemOf(new SignetError(problem.code, problem.details), batch.id) }),
    };
  });
  const count = (wanted: JobBody['state']) => documents.filter(({ job }) => job?.state === wanted).length;
  return {
    format: 1,
    batch: batch.id,
    process: batch.process,
    state,
    createdAt: batch.createdAt.toISOString(),
    counts: {
      documents: documents.length,
      sealed: count('sealed'),
      failed: count('failed') + documents.filter(({ problem }) => problem !== undefined).length,
    },
    documents,
    ...(state === 'finished' ? { package: `${batchPath(batch.id)}/package` } : {}),
  };
}
