// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import { SignetError } from '@signet/base';
import type { JobView, ResultRecord } from '@signet/sealing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { requireProcess } from '../access.ts';
import { sendProblem } from '../edge/send-problem.ts';
import { JobSchema } from '../schemas/job.ts';
import { shared } from '../schemas/shared.ts';
import { jobBody } from '../schemas/views.ts';
import { admitCaller, callerOf } from './admission.ts';
import { sealedFields, sendStored, withoutDocument } from './answers.ts';
import type { RouteContext } from './context.ts';
import { bytes, json, responses } from './responses.ts';

const params = Type.Object({ job: Type.String({ format: 'uuid' }) });
const jobCodes = ['request.invalid', 'request.unknown-job', 'access.process'] as const;

const jobSchema = {
  operationId: 'job',
  summary: 'A job and its result record',
  params,
  response: responses({ 200: json('The job', shared(JobSchema)) }, ...jobCodes),
};

const documentSchema = {
  operationId: 'jobDocument',
  summary: 'The sealed document of a job',
  params,
  response: responses(
    { 200: bytes('The sealed document', ['application/pdf'], sealedFields) },
    ...jobCodes,
    'request.in-progress',
    'request.no-document',
    'request.bytes-deleted',
  ),
};

const deleteSchema = {
  operationId: 'deleteJob',
  summary: 'Delete the bytes of a finished job',
  description: 'The record is kept. A job whose bytes are gone already is no error.',
  params,
  response: responses(
    { 204: { type: 'null', description: 'The bytes are gone' } },
    ...jobCodes,
    'request.not-finished',
  ),
};

/** `GET /jobs/{id}`, `GET /jobs/{id}/document`, `DELETE /jobs/{id}`. */
export function jobRoutes(context: RouteContext) {
  const { service, limits } = context;
  const onRequest = admitCaller(context, 'seal', 'seal-hash');
  /** The job in the path, if the caller has a right to its process. */
  const jobOf = async (request: FastifyRequest): Promise<JobView> => {
    const { job: id } = request.params as { job: Uuid };
    const caller = callerOf(request);
    const view = await service.job(caller, id);
    requireProcess(caller, view.job.process);
    return view;
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/jobs/:job',
      {
        onRequest,
        schema: jobSchema,
      },
      async (request, reply) => {
        const view = await jobOf(request);
        if (!isFinished(view)) reply.header('retry-after', limits.retryAfterSeconds);
        return jobBody(view);
      },
    );
    app.get(
      '/jobs/:job/document',
      {
        onRequest,
        schema: documentSchema,
      },
      async (request, reply) => {
        const view = await jobOf(request);
        if (!hasDocument(view)) {
          const { error, record } = withoutDocument(view);
          return sendProblem(request, reply, error, {
            ...limits,
            ...(record === undefined ? {} : { record }),
          });
        }
        const { path, blob } = await service.jobDocument(callerOf(request), view.job.id);
        return sendStored(reply, { path, size: blob.size, view }, limits.downloadIdleSeconds);
      },
    );
    app.delete(
      '/jobs/:job',
      {
        onRequest,
        schema: deleteSchema,
      },
      async (request, reply) => {
        const view = await jobOf(request);
        if (!isFinished(view)) throw new SignetError('request.not-finished', { what: `Job ${view.job.id}` });
        await service.deleteJob(callerOf(request), view.job.id);
        return reply.code(204).send();
      },
    );
  };
}

function isFinished({ state }: JobView): boolean {
  return state !== 'accepted' && state !== 'sealing';
}

function hasDocument(view: JobView): view is JobView & { readonly record: ResultRecord } {
  return view.state === 'sealed' && view.hasOutput && view.record !== undefined;
}
