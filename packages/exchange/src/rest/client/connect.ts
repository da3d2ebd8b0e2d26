// SPDX-License-Identifier: Apache-2.0
import { isUuid, SignetError, type Uuid } from '@signet/base';
import type { SealLevel } from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';
import { formatAttachment, parseReprDigest, parseStringList } from '../header-fields.ts';
import type { BatchBody } from '../schemas/batch.ts';
import type { EnrolmentAnswer } from '../schemas/enrolment.ts';
import type { JobBody } from '../schemas/job.ts';
import type { DocHashBody } from '../schemas/seal-hash.ts';
import type { ProcessView } from '../service.ts';
import { type HttpAnswer, type HttpCall, type HttpCalls, httpCalls } from './http-calls.ts';
import { sealHashes } from './seal-hashes.ts';
import type {
  DownloadTarget,
  SealedDocument,
  SealingApi,
  SealingApiConnection,
  SealRequest,
  Upload,
} from './sealing-api.ts';
import { download, uploadBody } from './transfer.ts';

/**
 * The typed client of a server's sealing API. Nothing is connected until the first call. It never repeats a call by
 * itself: when to try again is the caller's policy (`error.row.retryable`).
 */
export function connectSealingApi(connection: SealingApiConnection): SealingApi {
  const calls = httpCalls(connection);
  const get = (path: string, signal?: AbortSignal) =>
    calls.json({ method: 'GET', path, ...maybe({ signal }) });
  const sealPath = (process: string, what: string) => `/processes/${encodeURIComponent(process)}/${what}`;
  return {
    processes: async (signal) =>
      ((await get('/processes', signal)) as { processes: ProcessView[] }).processes,
    process: async (name, signal) =>
      (await get(`/processes/${encodeURIComponent(name)}`, signal)) as ProcessView,
    seal: async (request, into) =>
      sealedDocument(await sendDocument(calls, sealPath(request.process, 'seal'), request), into),
    sealForDocHash: async (request) => {
      const answer = await sendDocument(calls, sealPath(request.process, 'seal?return=doc-hash'), request);
      const { docHash, cms, appended, record } = (await jsonOf(answer)) as DocHashBody;
      return { docHash, cms: Buffer.from(cms, 'base64'), appended: Buffer.from(appended, 'base64'), record };
    },
    sealLater: async (request) => {
      const headers = { prefer: 'respond-async' };
      return (await jsonOf(
        await sendDocument(calls, sealPath(request.process, 'seal'), request, headers),
      )) as JobBody;
    },
    sealHash: (request) => sealHashes(calls, sealPath(request.process, 'seal-hash'), request),
    job: async (id, signal) => (await get(`/jobs/${id}`, signal)) as JobBody,
    jobDocument: (id, into, signal) => fetchTo(calls, { path: `/jobs/${id}/document`, into, signal }),
    deleteJob: async (id, signal) => {
      await calls.json({ method: 'DELETE', path: `/jobs/${id}`, ...maybe({ signal }) });
    },
    createBatch: async (request) => {
      const headers = { 'content-type': 'application/zip' };
      const path = sealPath(request.process, 'batches');
      return (await jsonOf(await sendDocument(calls, path, request, headers))) as BatchBody;
    },
    batch: async (id, signal) => (await get(`/batches/${id}`, signal)) as BatchBody,
    batchPackage: (id, into, signal) => fetchTo(calls, { path: `/batches/${id}/package`, into, signal }),
    validate: async (document, signal) =>
      (await jsonOf(
        await sendDocument(calls, '/validations', { document, ...maybe({ signal }) }),
      )) as ValidationReport,
    enrol: async (code) => (await calls.json(jsonCall('POST', '/enrolments', { code }))) as EnrolmentAnswer,
    request: (method, path, json) => calls.json(jsonCall(method, path, json)),
    close: () => calls.close(),
  };
}

function jsonCall(method: HttpCall['method'], path: string, json: unknown): HttpCall {
  if (json === undefined) return { method, path };
  return { method, path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
}

/** Only the members that are there: an absent option is not an undefined one. */
function maybe<T extends object>(options: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}

async function sendDocument(
  calls: HttpCalls,
  path: string,
  request: Omit<SealRequest, 'process'> & { readonly document: Upload },
  more: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const { document, idempotencyKey, signal } = request;
  const { body, size } = await uploadBody(document);
  const headers: Record<string, string> = {
    'content-type': 'application/pdf',
    'content-length': String(size),
    ...more,
  };
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (document.name !== undefined) headers['content-disposition'] = formatAttachment(document.name);
  return calls.send({ method: 'POST', path, headers, body, ...maybe({ signal }) });
}

async function jsonOf({ body, status }: HttpAnswer): Promise<unknown> {
  try {
    return await body.json();
  } catch (error) {
    throw new SignetError('exchange.server-error', { status, code: 'without JSON' }, error);
  }
}

async function sealedDocument(answer: HttpAnswer, into: DownloadTarget): Promise<SealedDocument> {
  const { headers } = answer;
  const announced = parseReprDigest(text(headers['repr-digest']));
  const job: Uuid | undefined = text(headers.location)?.split('/').at(-1);
  const level = text(headers['signet-level']);
  if (announced === undefined || job === undefined || !isUuid(job) || level === undefined) {
    await answer.body.dump();
    throw new SignetError('exchange.server-error', {
      status: answer.status,
      code: 'without its header fields',
    });
  }
  return {
    job,
    level: level as SealLevel,
    warnings: parseStringList(text(headers['signet-warnings'])),
    document: await download(answer.body, into, announced),
  };
}

async function fetchTo(
  calls: HttpCalls,
  { path, into, signal }: { path: string; into: DownloadTarget; signal: AbortSignal | undefined },
) {
  const { body, headers } = await calls.send({ method: 'GET', path, ...maybe({ signal }) });
  return download(body, into, parseReprDigest(text(headers['repr-digest'])));
}

function text(field: string | string[] | undefined): string | undefined {
  return Array.isArray(field) ? field[0] : field;
}
