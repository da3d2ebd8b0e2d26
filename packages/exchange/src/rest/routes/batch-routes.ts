// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { reportName } from '../../batch/entry-names.ts';
import { writePackage } from '../../batch/write-zip.ts';
import { receiveFile } from '../../spool/receive.ts';
import { requireProcess } from '../access.ts';
import { formatAttachment, parseIdempotencyKey } from '../header-fields.ts';
import { batchPath } from '../paths.ts';
import { BatchSchema } from '../schemas/batch.ts';
import { shared } from '../schemas/shared.ts';
import { batchBody } from '../schemas/views.ts';
import type { BatchView } from '../service.ts';
import { admitCaller, admitToProcess, callerOf, processOf } from './admission.ts';
import { cutOffIdleReader } from './answers.ts';
import { bodyStream, callerGone, packageTypes, removeAfterAnswer, takeStreams } from './bodies.ts';
import type { RouteContext } from './context.ts';
import { bodyCodes, bytes, json, keyCodes, processCodes, responses, streamBody } from './responses.ts';

const params = Type.Object({ batch: Type.String({ format: 'uuid' }) });
const batchCodes = ['request.invalid', 'request.unknown-batch', 'access.process'] as const;
const zipCodes = [
  'batch.not-a-zip',
  'batch.empty',
  'batch.too-many-entries',
  'batch.too-large',
  'batch.suspicious-ratio',
  'batch.unsafe-name',
  'batch.duplicate-name',
  'batch.encrypted',
  'batch.overlapping-entries',
] as const;

/** `POST /processes/{p}/batches`: a ZIP comes in. */
export function batchUploadRoutes(context: RouteContext) {
  const { service, spool, limits } = context;
  return async (app: FastifyInstance): Promise<void> => {
    takeStreams(app, packageTypes);
    app.post(
      '/processes/:process/batches',
      {
        onRequest: admitToProcess(context, {
          scope: 'seal',
          transfer: 'document',
          limitBytes: () => limits.packageBytes,
        }),
        schema: {
          operationId: 'createBatch',
          summary: 'Seal the documents of a ZIP',
          description: 'Each document is sealed on its own: one bad document fails alone.',
          params: Type.Object({ process: Type.String() }),
          headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String()) }),
          body: streamBody('A ZIP of documents, flat or in folders', packageTypes),
          response: responses(
            {
              202: json('Taken; its documents are sealed in the background', shared(BatchSchema), {
                Location: { type: 'string', description: 'Path of the batch' },
              }),
            },
            ...processCodes,
            ...bodyCodes,
            ...keyCodes,
            ...zipCodes,
          ),
        },
      },
      async (request, reply) => {
        const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
        const zip = await receiveFile(bodyStream(request), {
          spool,
          limitBytes: limits.packageBytes,
          pace: limits.upload,
        });
        removeAfterAnswer(reply, spool, zip);
        const view = await service.createBatch(callerOf(request), {
          process: processOf(request).process,
          zip,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
          signal: callerGone(reply),
        });
        return reply.code(202).header('location', batchPath(view.batch.id)).send(batchBody(view));
      },
    );
  };
}

/** `GET /batches/{id}`, `GET /batches/{id}/package`. */
export function batchRoutes(context: RouteContext) {
  const { service, limits } = context;
  const onRequest = admitCaller(context, 'seal');
  /** The batch in the path, if the caller has a right to its process. */
  const batchOf = async (request: FastifyRequest): Promise<BatchView> => {
    const { batch: id } = request.params as { batch: Uuid };
    const caller = callerOf(request);
    const view = await service.batch(caller, id);
    requireProcess(caller, view.batch.process);
    return view;
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/batches/:batch',
      {
        onRequest,
        schema: {
          operationId: 'batch',
          summary: 'A batch, and the result of each document as it is ready',
          params,
          response: responses({ 200: json('The batch', shared(BatchSchema)) }, ...batchCodes),
        },
      },
      async (request, reply) => {
        const view = await batchOf(request);
        if (view.state === 'working') reply.header('retry-after', limits.retryAfterSeconds);
        return batchBody(view);
      },
    );
    app.get(
      '/batches/:batch/package',
      {
        onRequest,
        schema: {
          operationId: 'batchPackage',
          summary: 'A ZIP of the sealed documents',
          description: `Under the names they came with, and ${reportName}. Documents that failed are in the report only.`,
          params,
          response: responses(
            { 200: bytes('The package', ['application/zip'], {}) },
            ...batchCodes,
            'request.not-finished',
          ),
        },
      },
      async (request, reply) => sendPackage(context, request, reply, await batchOf(request)),
    );
  };
}

function sendPackage(
  { service, limits }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  view: BatchView,
): FastifyReply {
  const { batch, state, jobs } = view;
  if (state === 'working') throw new SignetError('request.not-finished', { what: `Batch ${batch.id}` });
  const kept = new Set(jobs.filter(({ hasOutput }) => hasOutput).map(({ job }) => job.id));
  const caller = callerOf(request);
  const documents = batch.documents.flatMap(({ name, job }) =>
    job === undefined || !kept.has(job)
      ? []
      : [{ name, locate: async () => (await service.jobDocument(caller, job)).path }],
  );
  cutOffIdleReader(reply, limits.downloadIdleSeconds);
  return reply
    .type('application/zip')
    .header('cache-control', 'no-store')
    .header('content-disposition', formatAttachment(`${batch.id}.zip`))
    .send(writePackage({ documents, report: batchBody(view), time: batch.createdAt }));
}
