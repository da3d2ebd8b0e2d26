// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { SignetError } from '@signet/base';
import type { JobView, ResultRecord } from '@signet/sealing';
import type { FastifyReply } from 'fastify';
import type { ReceivedDocument } from '../../spool/spool.ts';
import { formatAttachment, formatReprDigest, formatStringList } from '../header-fields.ts';
import { jobPath } from '../paths.ts';
import type { SealedOutcome } from '../service.ts';
import type { ResponseDescriptions } from './responses.ts';

/** The header fields of a sealed document, described. */
export const sealedFields: ResponseDescriptions = {
  Location: { type: 'string', description: 'Path of the job' },
  'Signet-Level': { type: 'string', description: 'AdES level that was reached' },
  'Signet-Warnings': { type: 'string', description: 'List of strings (RFC 9651); absent if there are none' },
  'Repr-Digest': { type: 'string', description: 'SHA-256 of the sealed document (RFC 9530)' },
};

/** What goes with a sealed document. */
function setSealedFields(reply: FastifyReply, record: ResultRecord, name: string | undefined): void {
  reply
    .code(200)
    .type('application/pdf')
    .header('location', jobPath(record.job))
    .header('signet-level', record.levelReached)
    .header('cache-control', 'no-store');
  if (record.warnings.length > 0) reply.header('signet-warnings', formatStringList(record.warnings));
  if (record.sha256Out !== null) reply.header('repr-digest', formatReprDigest(record.sha256Out));
  if (name !== undefined) reply.header('content-disposition', formatAttachment(name));
}

/** The bytes of a document as they came: in memory, or in a file that is held open. */
export type BaseBytes = Uint8Array | FileHandle;

/**
 * Holds on to the bytes of a document that came until its answer has gone out: a service that keeps the document moves its
 * file away, or removes it, before they are sent back.
 */
export async function holdBase(reply: FastifyReply, document: ReceivedDocument): Promise<BaseBytes> {
  if ('bytes' in document) return document.bytes;
  const file = await open(document.path, 'r');
  const close = () => {
    file.close().catch((error: unknown) => reply.log.error({ err: error }, 'A spooled file stays open'));
  };
  if (reply.raw.closed) close();
  else reply.raw.once('close', close);
  return file;
}

/** Answers with a sealed document: the bytes that came, from where they are, then what was appended. */
export function sendSealed(
  reply: FastifyReply,
  sealed: { readonly document: ReceivedDocument; readonly base: BaseBytes; readonly outcome: SealedOutcome },
  idleSeconds: number,
): FastifyReply {
  const { document, base, outcome } = sealed;
  setSealedFields(reply, outcome.record, document.name);
  reply.header('content-length', document.size + outcome.appended.length);
  cutOffIdleReader(reply, idleSeconds);
  return reply.send(
    base instanceof Uint8Array
      ? piecesStream([base, outcome.appended])
      : Readable.from(fileThen(base, outcome.appended), { objectMode: false }),
  );
}

/** Answers with a sealed document that lies in one file. */
export function sendStored(
  reply: FastifyReply,
  stored: {
    readonly path: string;
    readonly size: number;
    readonly view: JobView & { readonly record: ResultRecord };
  },
  idleSeconds: number,
): FastifyReply {
  setSealedFields(reply, stored.view.record, stored.view.job.documentName);
  reply.header('content-length', stored.size);
  cutOffIdleReader(reply, idleSeconds);
  return reply.send(createReadStream(stored.path, { highWaterMark: fileChunkBytes }));
}

/** Ends the connection of a reader that takes nothing for so long: it holds a file and memory. */
export function cutOffIdleReader(reply: FastifyReply, idleSeconds: number): void {
  reply.raw.setTimeout(idleSeconds * 1000, () => reply.raw.destroy());
}

/**
 * Why a job has no sealed document to give.
 *
 * @returns the error, with the record where the answer must carry it
 */
export function withoutDocument(view: JobView): {
  readonly error: SignetError;
  readonly record?: ResultRecord;
} {
  const { job, state, record, problem } = view;
  if (state === 'accepted' || state === 'sealing') {
    return { error: new SignetError('request.in-progress', { job: job.id }) };
  }
  if (state === 'failed' && problem !== undefined) {
    return { error: new SignetError(problem.code, { ...problem.details, job: job.id }) };
  }
  if (state === 'sealed' && view.deleted && record !== undefined) {
    return { error: new SignetError('request.bytes-deleted', { job: job.id }), record };
  }
  return { error: new SignetError('request.no-document', { job: job.id, state }) };
}

const fileChunkBytes = 1 << 18;

async function* fileThen(file: FileHandle, appended: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* file.createReadStream({ start: 0, highWaterMark: fileChunkBytes, autoClose: false });
  yield appended;
}

function piecesStream(pieces: readonly Uint8Array[]): Readable {
  const left = [...pieces];
  return new Readable({
    read() {
      this.push(left.shift() ?? null);
    },
  });
}
