// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';
import type { ZipLimits } from '@signet/exchange/batch';
import type { Spool } from '@signet/exchange/rest';
import type { Logger } from '@signet/program';
import type { BatchStore, BlobStore, ConfigurationStore, DocumentWork, JobStore } from '@signet/sealing';
import type { WorkQueue } from '@signet/storage/sql';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { EngineObserver } from './observer.ts';
import type { ProcessCatalog } from './process-catalog.ts';

/** What the engine is made of; put together by `worker/parts.ts`. */
export interface EngineParts {
  readonly jobs: JobStore;
  readonly batches: BatchStore;
  readonly blobs: BlobStore;
  /** For what is unpacked on its way in; on the file system of `blobs`, so that it can be moved there. */
  readonly spool: Spool;
  readonly queue: Pick<WorkQueue, 'onWork'>;
  readonly configurations: Pick<ConfigurationStore, 'trustAnchors'>;
  readonly catalog: ProcessCatalog;
  readonly leases: LeaseKeeper;
  readonly work: DocumentWork;
  readonly clock: Clock;
  readonly observer: EngineObserver;
  readonly log: Logger;
  readonly limits: EngineLimits;
}

/** How much the engine does at a time. */
export interface EngineLimits {
  /** Background jobs at a time. */
  readonly concurrentJobs: number;
  /** Documents up to this size are read into memory, so that they can be sealed without a thread. */
  readonly inlineBytes: number;
  /** Milliseconds between looks at the queue when no hint comes. */
  readonly pollMilliseconds: number;
  readonly zip: ZipLimits;
}
