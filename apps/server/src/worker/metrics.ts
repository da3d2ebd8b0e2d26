// SPDX-License-Identifier: Apache-2.0
import type { QueueDepth } from '@signet/storage/sql';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EngineObserver } from '../engine/observer.ts';

/** The figures of one worker. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly observer: EngineObserver;
  /** Counts an answered request by route pattern, never by path. */
  answered(route: string, status: number, seconds: number): void;
}

/** Seconds, from what a small document takes to what a large one behind a slow time-stamping authority does. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Makes the metrics of a worker. Processes are labelled by name, tenants are not: whoever reads metrics runs the node.
 *
 * @param depth asks the queue how much there is; a failure leaves the gauges as they are
 */
export function workerMetrics(depth: () => Promise<readonly QueueDepth[]>): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const sealed = new Counter({
    name: 'signet_sealed_total',
    help: 'Sealed documents that were released',
    labelNames: ['process', 'level', 'channel', 'transfer'] as const,
    registers,
  });
  const failed = new Counter({
    name: 'signet_failed_total',
    help: 'Documents that ended without a seal, by error code',
    labelNames: ['process', 'code'] as const,
    registers,
  });
  const deferred = new Counter({
    name: 'signet_deferred_total',
    help: 'Times that a job was given back to be tried again, by error code',
    labelNames: ['process', 'code'] as const,
    registers,
  });
  const sealSeconds = new Histogram({
    name: 'signet_seal_seconds',
    help: 'From a document held to its release',
    labelNames: ['process'] as const,
    buckets,
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'signet_request_seconds',
    help: 'From a request to the end of its answer',
    labelNames: ['route', 'status'] as const,
    buckets,
    registers,
  });
  addQueueGauges(registry, depth);
  return {
    registry,
    observer: {
      sealed({ process, levelReached: level }, { channel, transfer }, seconds) {
        sealed.inc({ process, level, channel, transfer });
        sealSeconds.observe({ process }, seconds);
      },
      failed: (process, code) => failed.inc({ process, code }),
      deferred: (process, code) => deferred.inc({ process, code }),
    },
    answered: (route, status, seconds) => requestSeconds.observe({ route, status }, seconds),
  };
}

/** The queue is one for all workers: whichever is asked tells the same, so an aggregate takes any one of them. */
function addQueueGauges(registry: Registry, depth: () => Promise<readonly QueueDepth[]>): void {
  const jobs = new Gauge({
    name: 'signet_queue_jobs',
    help: 'Jobs in the queue',
    labelNames: ['state'] as const,
    aggregator: 'first',
    registers: [registry],
    async collect() {
      const all = await depth().catch(() => undefined);
      if (all === undefined) return;
      const sum = (of: (one: QueueDepth) => number) => all.reduce((total, one) => total + of(one), 0);
      jobs.set(
        { state: 'due' },
        sum(({ due }) => due),
      );
      jobs.set(
        { state: 'deferred' },
        sum((one) => one.deferred),
      );
      jobs.set(
        { state: 'held' },
        sum(({ held }) => held),
      );
      oldest.set(Math.max(0, ...all.map(({ oldestDueSeconds }) => oldestDueSeconds)));
    },
  });
  const oldest = new Gauge({
    name: 'signet_queue_oldest_due_seconds',
    help: 'Age of the oldest job that is due',
    aggregator: 'first',
    registers: [registry],
  });
}
