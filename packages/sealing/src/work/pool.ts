// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { SignetError } from '@signet/base';
import { looksSmall } from '@signet/documents/pdf';
import { Piscina } from 'piscina';
import type { DocumentInput, DocumentWork } from '../document-work.ts';
import { checkAugmentationStep, inspectStep, storeStep, timeStampStep } from './augmentation-steps.ts';
import { checkStep, prepareStep, validateStep } from './steps.ts';
import type { WorkAnswer, WorkOrder } from './worker.ts';

/** Limits of the pool; all have defaults that suit a node with 2 cores. */
export interface WorkLimits {
  /** Documents up to this size in memory are done inline. Default 1 MB. */
  readonly inlineBytes?: number;
  /** And only up to this many objects, by a cheap look at the tail. Default 5,000. */
  readonly inlineObjects?: number;
  readonly threads?: number;
  /** Seconds that one step may take; then its thread is ended. Default 120. */
  readonly deadlineSeconds?: number;
  /** Megabytes of JavaScript heap for a thread; then it is ended. Default 256. */
  readonly megabytes?: number;
}

/**
 * The steps over documents: small ones inline, since a thread would cost more than the work, all others in a pool whose
 * threads are ended with a code when they overrun. The pool's threads start with the first document that needs one.
 */
export function documentWork(limits: WorkLimits = {}): DocumentWork {
  const { inlineBytes = 1_000_000, inlineObjects = 5_000, deadlineSeconds = 120, megabytes = 256 } = limits;
  let pool: Piscina<WorkOrder, WorkAnswer> | undefined;
  const inline = (document: DocumentInput): boolean =>
    'bytes' in document && document.size <= inlineBytes && looksSmall(document.bytes, inlineObjects);

  const inPool = async <T>(order: WorkOrder): Promise<T> => {
    pool ??= new Piscina({
      filename: new URL('./worker.ts', import.meta.url).href,
      minThreads: 0,
      maxThreads: limits.threads ?? availableParallelism(),
      idleTimeout: 30_000,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    });
    return ask<T>(pool, order, { deadlineSeconds, megabytes });
  };

  return {
    async prepare(document, request) {
      if (inline(document)) return prepareStep(document, request);
      return inPool({ step: 'prepare', document: sendable(document), request });
    },
    async check(document, output, expected) {
      if (inline(document)) return checkStep(document, output, expected);
      const { appended, path } = output;
      const written = { appended, ...(path !== undefined && { path }) };
      return inPool({ step: 'check', document: sendable(document), output: written, expected });
    },
    async storeValidationData(document, appended, request) {
      if (inline(document)) return storeStep(document, appended, request);
      return inPool({ step: 'store', document: sendable(document), appended, request });
    },
    async prepareTimeStamp(document, appended, reservedBytes) {
      if (inline(document)) return timeStampStep(document, appended, reservedBytes);
      return inPool({ step: 'time-stamp', document: sendable(document), appended, reservedBytes });
    },
    async inspectAugmentation(document, appended) {
      if (inline(document)) return inspectStep(document, appended);
      return inPool({ step: 'inspect', document: sendable(document), appended });
    },
    async checkAugmentation(document, output, { level }) {
      if (inline(document)) return checkAugmentationStep(document, output, level);
      const { appended, path } = output;
      const written = { appended, ...(path !== undefined && { path }) };
      return inPool({ step: 'check-augmentation', document: sendable(document), output: written, level });
    },
    async validate(document, material) {
      if (inline(document)) return validateStep(document, material);
      return inPool({ step: 'validate', document: sendable(document), material });
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/**
 * What a thread gets of a document: its path, or (small in bytes but of very many objects) its bytes in shared memory.
 * A hash state cannot cross; the thread hashes for itself.
 */
function sendable(document: DocumentInput): DocumentInput {
  const { size, sha256 } = document;
  if ('path' in document) return { size, sha256, path: document.path };
  const shared = new Uint8Array(new SharedArrayBuffer(size));
  shared.set(document.bytes);
  return { size, sha256, bytes: shared };
}

async function ask<T>(
  pool: Piscina<WorkOrder, WorkAnswer>,
  order: WorkOrder,
  limits: { readonly deadlineSeconds: number; readonly megabytes: number },
): Promise<T> {
  const what = `The step "${order.step}" over this document`;
  let answer: WorkAnswer;
  try {
    answer = await pool.run(order, { signal: AbortSignal.timeout(limits.deadlineSeconds * 1000) });
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      throw new SignetError('general.deadline', { what, seconds: limits.deadlineSeconds }, error);
    }
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new SignetError('general.memory', { what, megabytes: limits.megabytes }, error);
    }
    throw error;
  }
  if (!answer.ok) throw new SignetError(answer.code, answer.details, answer.trace);
  return answer.value as T;
}
