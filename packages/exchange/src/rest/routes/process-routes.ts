// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { parseIdempotencyKey } from '../header-fields.ts';
import { problemOf } from '../problem.ts';
import { ProcessSchema } from '../schemas/process.ts';
import { type SealHashAnswer, SealHashAnswerSchema, SealHashRequestSchema } from '../schemas/seal-hash.ts';
import { shared } from '../schemas/shared.ts';
import type { CompletedSignature, HashToSeal, ProcessView, RefusedHash } from '../service.ts';
import { admitCaller, admitToProcess, callerOf, processOf } from './admission.ts';
import { bodySha256, callerGone } from './bodies.ts';
import type { RouteContext } from './context.ts';
import { bodyCodes, json, keyCodes, processCodes, responses } from './responses.ts';

const params = Type.Object({ process: Type.String() });

/** `GET /processes`, `GET /processes/{p}`, `POST /processes/{p}/seal-hash`. */
export function processRoutes(context: RouteContext) {
  const { service } = context;
  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/processes',
      {
        onRequest: admitCaller(context),
        schema: {
          operationId: 'processes',
          summary: 'The processes that the caller may use',
          response: responses({
            200: json('Processes', Type.Object({ processes: Type.Array(shared(ProcessSchema)) })),
          }),
        },
      },
      async (request) => {
        const caller = callerOf(request);
        const all = await service.processes(caller);
        const allowed = all.filter(
          ({ process }) => caller.processes === '*' || caller.processes.includes(process),
        );
        return { processes: allowed };
      },
    );
    app.get(
      '/processes/:process',
      {
        onRequest: admitToProcess(context, {}),
        schema: {
          operationId: 'process',
          summary: 'What one who prepares documents itself must know of a process',
          params,
          response: responses({ 200: json('The process', shared(ProcessSchema)) }, ...processCodes),
        },
      },
      async (request) => processOf(request),
    );
    app.post<{ Body: Static<typeof SealHashRequestSchema> }>(
      '/processes/:process/seal-hash',
      {
        onRequest: admitToProcess(context, { scope: 'seal-hash', transfer: 'hash' }),
        schema: {
          operationId: 'sealHash',
          summary: 'Seal digests; the documents stay where they are',
          description:
            'Process and identity must both allow it. One bad digest fails alone, unless it is the only one.',
          params,
          body: SealHashRequestSchema,
          response: responses(
            { 200: json('What became of each digest', shared(SealHashAnswerSchema)) },
            ...processCodes,
            ...bodyCodes,
            ...keyCodes,
            'request.invalid-json',
            'request.wrong-digest-size',
          ),
        },
      },
      async (request, reply) => sealHash(context, request, reply),
    );
  };
}

async function sealHash(
  { service, limits }: RouteContext,
  request: FastifyRequest<{ Body: Static<typeof SealHashRequestSchema> }>,
  reply: FastifyReply,
): Promise<SealHashAnswer> {
  const process = processOf(request);
  const { hashes } = request.body;
  if (hashes.length > limits.hashesPerCall) {
    throw new SignetError('request.invalid', {
      where: 'body/hashes',
      problem: `there may be ${limits.hashesPerCall} of them`,
    });
  }
  const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key']);
  const results = await service.sealHash(callerOf(request), {
    process: process.process,
    hashes: hashes.map((hash) => hashToSeal(hash, process)),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    bodySha256: bodySha256(request),
    signal: callerGone(reply),
  });
  const only = results.length === 1 ? results[0] : undefined;
  if (only !== undefined && 'problem' in only) throw refusal(only);
  return { results: results.map((result) => resultBody(result, request.id)) };
}

const digestBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;

function hashToSeal(
  { docHash, reservedBytes, documentName }: Static<typeof SealHashRequestSchema>['hashes'][number],
  process: ProcessView,
): HashToSeal {
  const bytes = Buffer.from(docHash, 'hex');
  const wantedBytes = digestBytes[process.digestAlgorithm];
  if (bytes.length !== wantedBytes) {
    const { process: name, digestAlgorithm } = process;
    throw new SignetError('request.wrong-digest-size', {
      process: name,
      digestAlgorithm,
      wantedBytes,
      givenBytes: bytes.length,
    });
  }
  return { docHash: bytes, reservedBytes, ...(documentName === undefined ? {} : { documentName }) };
}

function refusal({ problem, job }: RefusedHash): SignetError {
  return new SignetError(problem.code, { ...problem.details, ...(job === undefined ? {} : { job }) });
}

function resultBody(
  result: CompletedSignature | RefusedHash,
  requestId: string,
): SealHashAnswer['results'][number] {
  const { docHash } = result;
  if ('problem' in result) return { docHash, problem: problemOf(refusal(result), requestId) };
  return { docHash, cms: Buffer.from(result.cms).toString('base64'), record: result.record };
}
