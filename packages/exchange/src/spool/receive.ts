// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import { SignetError } from '@signet/base';
import { BodySink } from './body-sink.ts';
import type { ReceivedDocument, Spool, SpooledFile } from './spool.ts';

/** How fast a body must come: who is slower is refused. */
export interface UploadPace {
  /** Seconds without a single byte. */
  readonly idleSeconds: number;
  /** Seconds before the average counts. */
  readonly graceSeconds: number;
  /** Average from the first byte on. */
  readonly minimumBytesPerSecond: number;
  /** The whole body, however fast it comes. */
  readonly maximumSeconds: number;
}

/** What is allowed of a body, and where it goes. */
export interface Receiving {
  readonly spool: Spool;
  readonly limitBytes: number;
  readonly pace: UploadPace;
}

/**
 * Takes a document from a stream: up to `memoryBytes` it stays in memory, more goes to a file of the spool, and its
 * SHA-256 is computed on the way. The caller removes the file; after an error there is none. The source is not
 * destroyed on an error, so that an answer can still be sent over its connection.
 *
 * @throws SignetError `request.too-large`, `request.too-slow`, `request.aborted`, `request.empty-document`, `general.io`
 */
export async function receiveDocument(
  source: Readable,
  receiving: Receiving & { readonly memoryBytes: number; readonly name?: string },
): Promise<ReceivedDocument> {
  const { spool, limitBytes, memoryBytes, name } = receiving;
  const sink = new BodySink({ spool, limitBytes, memoryBytes });
  await drain(source, sink, receiving.pace);
  if (sink.size === 0) throw new SignetError('request.empty-document');
  const facts = { ...(name === undefined ? {} : { name }), size: sink.size, sha256: sink.sha256 };
  return sink.path === undefined ? { ...facts, bytes: sink.bytes } : { ...facts, path: sink.path };
}

/**
 * Takes a body from a stream into a file of the spool, whatever its size. The caller removes the file.
 *
 * @throws SignetError as `receiveDocument`
 */
export async function receiveFile(source: Readable, receiving: Receiving): Promise<SpooledFile> {
  const sink = new BodySink({ ...receiving, memoryBytes: 0 });
  await drain(source, sink, receiving.pace);
  if (sink.path === undefined) throw new SignetError('request.empty-document');
  return { path: sink.path, size: sink.size, sha256: sink.sha256 };
}

/** Pipes the source into the sink to its end, or to the first thing that is wrong. */
function drain(source: Readable, sink: BodySink, pace: UploadPace): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const gone = () => {
    if (!source.readableEnded) sink.destroy(new SignetError('request.aborted'));
  };
  const timer = watchPace(sink, pace);
  source.once('error', gone).once('close', gone);
  sink.once('finish', resolve).once('error', reject);
  if (source.destroyed) gone();
  else source.pipe(sink);
  return promise.finally(() => {
    clearInterval(timer);
    source.unpipe(sink);
    source.off('error', gone).off('close', gone);
    // A connection that breaks while the refusal is being answered must not end the process.
    source.on('error', () => {});
  });
}

function watchPace(sink: BodySink, pace: UploadPace): NodeJS.Timeout {
  const started = performance.now();
  let seenSize = 0;
  let seenAt = started;
  const refuse = (seconds: number) =>
    sink.destroy(
      new SignetError('request.too-slow', { seconds, bytesPerSecond: pace.minimumBytesPerSecond }),
    );
  const check = () => {
    const now = performance.now();
    // Bytes that wait for our own disk are not the sender's delay.
    if (sink.size !== seenSize || sink.writableLength > 0) {
      seenSize = sink.size;
      seenAt = now;
    }
    const elapsed = (now - started) / 1000;
    if ((now - seenAt) / 1000 > pace.idleSeconds) refuse(pace.idleSeconds);
    else if (elapsed > pace.maximumSeconds) refuse(pace.maximumSeconds);
    else if (elapsed > pace.graceSeconds && sink.size / elapsed < pace.minimumBytesPerSecond) {
      refuse(pace.graceSeconds);
    }
  };
  const shortest = Math.min(pace.idleSeconds, pace.graceSeconds, pace.maximumSeconds);
  return setInterval(check, Math.max(10, Math.min(1000, shortest * 500)));
}
