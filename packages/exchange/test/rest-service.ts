// SPDX-License-Identifier: Apache-2.0
// A sealing service that keeps everything in memory and "seals" by appending a line: what the routes are tested against.
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ErrorCode,
  type ErrorDetails,
  hashRange,
  openFileSource,
  SignetError,
  type Uuid,
  uuidv7,
} from '@signet/base';
import { defaultZipLimits, readZip } from '@signet/exchange/batch';
import type {
  BatchCall,
  BatchView,
  Caller,
  CompletedSignature,
  KnownJob,
  ProcessView,
  ReceivedDocument,
  SealCall,
  SealedOutcome,
  SealHashCall,
  SealingService,
  Spool,
} from '@signet/exchange/rest';
import type { Batch, JobProblem, JobState, JobView, ResultRecord } from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';

/** What every sealed document ends with. */
export const sealBytes = Buffer.from('\n% sealed\n');

export const processView = (process: string, more: Partial<ProcessView> = {}): ProcessView => ({
  process,
  version: 3,
  documentFormat: 'pades',
  level: 'B-T',
  digestAlgorithm: 'sha256',
  signatureAlgorithm: 'ecdsa-p256-sha256',
  reservedBytes: 12_000,
  transfer: { document: true, hash: false },
  pades: {},
  maxBytes: 2 ** 30,
  deadlineHours: 24,
  ...more,
});

export interface MemoryJob {
  readonly view: JobView;
  readonly path: string;
}

/** Everything a test can look at or turn is public. */
export class MemoryService implements SealingService {
  readonly jobs = new Map<Uuid, MemoryJob>();
  readonly calls: SealCall[] = [];
  /** Awaited by every call that seals. */
  hold: Promise<void> = Promise.resolve();
  readonly #keys = new Map<string, { readonly sha256: string; readonly job: Uuid }>();
  readonly #batches = new Map<Uuid, Batch>();
  readonly #views = [
    processView('invoices'),
    processView('small', { maxBytes: 1000 }),
    processView('hashes', { transfer: { document: false, hash: true } }),
  ];
  readonly #spool: Spool;
  readonly #directory: string;
  #failure: unknown;

  constructor(spool: Spool, directory: string) {
    this.#spool = spool;
    this.#directory = directory;
  }

  /** Thrown by the next call that seals or validates. */
  failNext(error: unknown): void {
    this.#failure = error;
  }

  async processes(): Promise<readonly ProcessView[]> {
    return this.#views;
  }

  async process(_caller: Caller, name: string): Promise<ProcessView> {
    const found = this.#views.find(({ process }) => process === name);
    if (found === undefined) throw new SignetError('request.unknown-process', { process: name });
    return found;
  }

  async seal(caller: Caller, call: SealCall): Promise<SealedOutcome | KnownJob> {
    const view = await this.#arrive(caller, call);
    if (!view.hasOutput || view.record === undefined) return { kind: 'known', view };
    return { kind: 'sealed', record: view.record, appended: sealBytes };
  }

  async sealForDocHash(
    caller: Caller,
    call: SealCall,
  ): Promise<(SealedOutcome & CompletedSignature) | KnownJob> {
    const outcome = await this.seal(caller, call);
    if (outcome.kind === 'known') return outcome;
    return { ...outcome, docHash: call.document.sha256, cms: Buffer.from('cms') };
  }

  async sealLater(caller: Caller, call: SealCall): Promise<JobView> {
    return this.#arrive(caller, call);
  }

  async sealHash(_caller: Caller, { process, hashes }: SealHashCall) {
    return hashes.map(({ docHash, reservedBytes }) => {
      const text = Buffer.from(docHash).toString('hex');
      if (reservedBytes < 100) {
        return {
          docHash: text,
          job: uuidv7(),
          problem: problemOf('request.too-large', { limitBytes: reservedBytes }),
        };
      }
      const cms = Buffer.from('cms');
      return { docHash: text, cms, record: recordOf({ job: uuidv7(), process, sha256In: text }) };
    });
  }

  async job(_caller: Caller, id: Uuid): Promise<JobView> {
    const job = this.jobs.get(id);
    if (job === undefined) throw new SignetError('request.unknown-job', { job: id });
    return job.view;
  }

  async jobDocument(caller: Caller, id: Uuid) {
    const { path, view } = this.jobs.get(id)!;
    const { size } = statSync(path);
    return { path, blob: { tenant: caller.tenant, id, size, sha256: view.record!.sha256Out! } };
  }

  async deleteJob(_caller: Caller, id: Uuid): Promise<void> {
    const job = this.jobs.get(id)!;
    this.jobs.set(id, { ...job, view: { ...job.view, hasOutput: false, deleted: true } });
  }

  async createBatch(caller: Caller, { process, zip }: BatchCall): Promise<BatchView> {
    const id = uuidv7();
    const documents: { name: string; job?: Uuid; problem?: JobProblem }[] = [];
    const limits = { ...defaultZipLimits, entries: 50 };
    for await (const item of readZip(zip.path, { spool: this.#spool, limits })) {
      if ('problem' in item) {
        documents.push({ name: item.name, problem: problemOf(item.problem.code, item.problem.details) });
        continue;
      }
      const call = { process, document: item.file, signal: AbortSignal.timeout(10_000) };
      documents.push({ name: item.name, job: this.#make(caller, call, id).job.id });
    }
    const { tenant, identity } = caller;
    this.#batches.set(id, { id, tenant, process, identity, createdAt, documents });
    return this.batch(caller, id);
  }

  async batch(_caller: Caller, id: Uuid): Promise<BatchView> {
    const batch = this.#batches.get(id);
    if (batch === undefined) throw new SignetError('request.unknown-batch', { batch: id });
    const jobs = batch.documents.flatMap(({ job }) => (job === undefined ? [] : [this.jobs.get(job)!.view]));
    const working = jobs.some(({ state }) => state === 'accepted' || state === 'sealing');
    return { batch, state: working ? 'working' : 'finished', jobs };
  }

  async validate(_caller: Caller, { size, sha256 }: ReceivedDocument): Promise<ValidationReport> {
    this.#fail();
    return {
      format: 1,
      validationTime: '2030-01-01T00:00:00Z',
      document: { size, sha256 },
      indication: null,
      signatures: [],
      documentTimeStamps: [],
      findings: [{ key: 'a-finding', message: 'Something.' }],
    };
  }

  #fail(): void {
    const error = this.#failure;
    this.#failure = undefined;
    if (error !== undefined) throw error;
  }

  async #arrive(caller: Caller, call: SealCall): Promise<JobView> {
    this.calls.push(call);
    const { idempotencyKey: key, document } = call;
    const known = key === undefined ? undefined : this.#keys.get(key);
    if (known !== undefined && known.sha256 !== document.sha256)
      throw new SignetError('request.idempotency-mismatch');
    if (known !== undefined) return this.jobs.get(known.job)!.view;
    await this.hold;
    this.#fail();
    const view = this.#make(caller, call);
    if (key !== undefined) this.#keys.set(key, { sha256: document.sha256, job: view.job.id });
    return view;
  }

  #make(caller: Caller, call: SealCall, batch?: Uuid): JobView {
    const { document, process } = call;
    const id = uuidv7();
    const path = join(this.#directory, `${id}.pdf`);
    if ('path' in document) copyFileSync(document.path, path);
    else writeFileSync(path, document.bytes);
    appendFileSync(path, sealBytes);
    const sha256Out = sha256OfFile(path);
    // As a service that keeps the document does: it is no longer where it came.
    if ('path' in document && call.idempotencyKey !== undefined) rmSync(document.path);
    const view: JobView = {
      job: {
        format: 1,
        id,
        tenant: caller.tenant,
        process,
        version: 3,
        channel: batch === undefined ? 'rest' : 'batch',
        transfer: 'document',
        identity: caller.identity,
        ...(document.name === undefined ? {} : { documentName: document.name }),
        sha256In: document.sha256,
        size: document.size,
        ...(batch === undefined ? {} : { batch }),
        deadline: new Date('2030-01-02T00:00:00Z'),
      },
      state: 'sealed',
      createdAt,
      record: recordOf({ job: id, process, sha256In: document.sha256, sha256Out }),
      hasOutput: true,
      deleted: false,
    };
    this.jobs.set(id, { view, path });
    return view;
  }
}

const createdAt = new Date('2030-01-01T00:00:00Z');

function problemOf(code: ErrorCode, details: ErrorDetails): JobProblem {
  return { code, message: new SignetError(code, details).message, details };
}

/** Puts a job into another state, as if it were still being worked on or had ended so. */
export function setState(
  service: MemoryService,
  id: Uuid,
  state: JobState,
  more: Partial<JobView> = {},
): void {
  const job = service.jobs.get(id)!;
  const { record: _record, ...view } = job.view;
  service.jobs.set(id, { ...job, view: { ...view, hasOutput: false, state, ...more } });
}

function sha256OfFile(path: string): string {
  const source = openFileSource(path);
  const hash = createHash('sha256');
  hashRange(hash, source, 0, source.length);
  source.close();
  return hash.digest('hex');
}

function recordOf(of: { job: Uuid; process: string; sha256In: string; sha256Out?: string }): ResultRecord {
  return {
    format: 1,
    version: 3,
    levelWanted: 'B-T',
    levelReached: 'B-T',
    timeStamp: '2030-01-01T00:00:00Z',
    certificate: '00'.repeat(32),
    sha256Out: null,
    warnings: ['a "quoted" warning'],
    ...of,
  };
}
