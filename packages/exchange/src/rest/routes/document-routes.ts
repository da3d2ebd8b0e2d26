// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { receiveDocument } from '../../spool/receive.ts';
import type { ReceivedDocument } from '../../spool/spool.ts';
import { sendProblem } from '../edge/send-problem.ts';
import { parseAttachmentName, parseIdempotencyKey, prefersAsync } from '../header-fields.ts';
import { jobPath } from '../paths.ts';
import { JobSchema } from '../schemas/job.ts';
import { DocHashAnswerSchema } from '../schemas/seal-hash.ts';
import { shared } from '../schemas/shared.ts';
import { ValidationReportSchema } from '../schemas/validation-report.ts';
import { jobBody } from '../schemas/views.ts';
import type { KnownJob, ProcessView, SealCall } from '../service.ts';
import { admitCaller, admitToProcess, callerOf, processOf, refuseAnnouncedSize } from './admission.ts';
import { holdBase, sealedFields, sendSealed, withoutDocument } from './answers.ts';
import { bodyStream, callerGone, documentTypes, removeAfterAnswer, takeStreams } from './bodies.ts';
import type { RouteContext } from './context.ts';
import { bodyCodes, bytes, json, keyCodes, processCodes, responses, streamBody } from './responses.ts';

const location = { Location: { type: 'string', description: 'Path of the job' } };

const sealSchema = {
  operationId: 'seal',
  summary: 'Seal a document',
  description:
    'The answer is the sealed document. With `?return=doc-hash` it is what completes the copy that the caller has kept; ' +
    'with `Prefer: respond-async` it is the job, and the document is fetched when it is sealed.',
  params: Type.Object({ process: Type.String() }),
  querystring: Type.Object(
    { return: Type.Optional(Type.Union([Type.Literal('document'), Type.Literal('doc-hash')])) },
    { additionalProperties: false },
  ),
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({ description: 'Makes the call repeatable: the same key and body are never sealed twice' }),
    ),
    prefer: Type.Optional(Type.String({ description: '`respond-async` (RFC 7240)' })),
    'content-disposition': Type.Optional(Type.String({ description: 'File name of the document' })),
  }),
  body: streamBody('The document', documentTypes),
  response: responses(
    {
      200: {
        ...bytes('The sealed document', ['application/pdf'], sealedFields),
        content: {
          'application/pdf': { schema: { description: 'The sealed document' } },
          'application/json': { schema: shared(DocHashAnswerSchema) },
        },
      },
      202: json('Taken; the job is sealed in the background', shared(JobSchema), location),
    },
    ...processCodes,
    ...bodyCodes,
    ...keyCodes,
  ),
};

/** `POST /processes/{p}/seal` and `POST /validations`: the calls that send a document. */
export function documentRoutes(context: RouteContext) {
  return async (app: FastifyInstance): Promise<void> => {
    takeStreams(app, documentTypes);
    const limitBytes = (process: ProcessView) => Math.min(process.maxBytes, context.limits.documentBytes);
    app.post<{ Querystring: { return?: 'document' | 'doc-hash' } }>(
      '/processes/:process/seal',
      {
        onRequest: admitToProcess(context, { scope: 'seal', transfer: 'document', limitBytes }),
        schema: sealSchema,
      },
      async (request, reply) => {
        const wanted = wantedAnswer(request, request.query.return);
        const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
        const process = processOf(request);
        const document = await receive(context, request, reply, limitBytes(process));
        const call: SealCall = {
          process: process.process,
          document,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
          signal: callerGone(reply),
        };
        return answerSeal(context, { request, reply, call, wanted });
      },
    );
    app.post(
      '/validations',
      {
        onRequest: [
          admitCaller(context, 'validate'),
          async (request) => refuseAnnouncedSize(request, context.limits.documentBytes),
        ],
        schema: {
          operationId: 'validate',
          summary: 'Validate a document',
          description: 'No network is used and nothing of the document is kept.',
          body: streamBody('The document', documentTypes),
          response: responses({ 200: json('The report', shared(ValidationReportSchema)) }, ...bodyCodes),
        },
      },
      async (request, reply) => {
        const document = await receive(context, request, reply, context.limits.documentBytes);
        return context.service.validate(callerOf(request), document, callerGone(reply));
      },
    );
  };
}

type Wanted = 'document' | 'doc-hash' | 'later';

function wantedAnswer(request: FastifyRequest, form: 'document' | 'doc-hash' = 'document'): Wanted {
  if (!prefersAsync(request.headers.prefer)) return form;
  if (form === 'document') return 'later';
  throw new SignetError('request.invalid', {
    where: 'Prefer',
    problem: 'respond-async cannot be joined with return=doc-hash',
  });
}

async function receive(
  { spool, limits }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  limitBytes: number,
): Promise<ReceivedDocument> {
  const name = parseAttachmentName(request.headers['content-disposition']);
  const document = await receiveDocument(bodyStream(request), {
    spool,
    limitBytes,
    memoryBytes: limits.memoryBytes,
    pace: limits.upload,
    ...(name === undefined ? {} : { name }),
  });
  removeAfterAnswer(reply, spool, document);
  return document;
}

async function answerSeal(
  context: RouteContext,
  asked: { request: FastifyRequest; reply: FastifyReply; call: SealCall; wanted: Wanted },
): Promise<unknown> {
  const { request, reply, call, wanted } = asked;
  const { service, limits } = context;
  const caller = callerOf(request);
  if (wanted === 'later') {
    const view = await service.sealLater(caller, call);
    return reply.code(202).header('location', jobPath(view.job.id)).send(jobBody(view));
  }
  if (wanted === 'document') {
    const base = await holdBase(reply, call.document);
    const outcome = await service.seal(caller, call);
    return outcome.kind === 'known'
      ? answerKnown(context, request, reply, outcome)
      : sendSealed(reply, { document: call.document, base, outcome }, limits.downloadIdleSeconds);
  }
  const outcome = await service.sealForDocHash(caller, call);
  if (outcome.kind === 'known') return answerKnown(context, request, reply, outcome);
  return reply.header('location', jobPath(outcome.record.job)).send({
    docHash: outcome.docHash,
    cms: Buffer.from(outcome.cms).toString('base64'),
    appended: Buffer.from(outcome.appended).toString('base64'),
    record: outcome.record,
  });
}

function answerKnown(
  { limits }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { view }: KnownJob,
): FastifyReply {
  const { error, record } = withoutDocument(view);
  reply.header('location', jobPath(view.job.id));
  return sendProblem(request, reply, error, { ...limits, ...(record === undefined ? {} : { record }) });
}
