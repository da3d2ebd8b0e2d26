// SPDX-License-Identifier: Apache-2.0
import type { BindingStatus, ExchangeObserver } from '@signet/exchange/folder';
import type { Logger } from '@signet/program';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The figures of a client, and the observer that counts and logs what happens in its folders. */
export interface ClientMetrics {
  readonly registry: Registry;
  readonly observer: ExchangeObserver;
  /** Counts an answered request by route pattern, never by path. */
  answered(route: string, status: number, seconds: number): void;
}

/** Seconds, from what a small document takes to what waits for a server to come back. */
const buckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86_400];

/**
 * Makes the metrics of a client. Documents are named by arrival id only: their names can name a person.
 *
 * @param status how the bindings stand, asked for at each scrape
 */
export function clientMetrics(log: Logger, status: () => readonly BindingStatus[]): ClientMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const documents = new Counter({
    name: 'signet_folder_documents_total',
    help: 'Documents that came by folder, by what became of them',
    labelNames: ['binding', 'event'] as const,
    registers,
  });
  const errors = new Counter({
    name: 'signet_folder_errors_total',
    help: 'Errors of documents that came by folder, by code; waits: it is tried again',
    labelNames: ['binding', 'code', 'waits'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'signet_folder_seconds',
    help: 'From the claim of a document to its delivery',
    labelNames: ['binding'] as const,
    buckets,
    registers,
  });
  const requests = new Histogram({
    name: 'signet_request_seconds',
    help: 'From a request to the end of its answer',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  addStatusGauges(registry, status);
  const event = (binding: string, name: string) => documents.inc({ binding, event: name });
  return {
    registry,
    answered: (route, code, taken) => requests.observe({ route, status: code }, taken),
    observer: {
      claimed: ({ binding }) => event(binding, 'claimed'),
      delivered({ binding, arrival, seconds: taken }) {
        event(binding, 'delivered');
        seconds.observe({ binding }, taken);
        log.info({ binding, arrival }, 'delivered');
      },
      failed({ binding, arrival }, error) {
        event(binding, 'failed');
        errors.inc({ binding, code: error.code, waits: 'no' });
        log.warn({ binding, arrival, code: error.code }, 'a document was not sealed');
      },
      deferred({ binding, arrival }, error, again) {
        errors.inc({ binding, code: error.code, waits: 'yes' });
        log.info({ binding, arrival, code: error.code, seconds: again }, 'a document waits');
      },
      restarted({ binding, arrival }) {
        event(binding, 'restarted');
        log.info(
          { binding, arrival },
          'a document changed after it was taken; it waits until it stands still',
        );
      },
      folder(binding, error) {
        if (error === undefined) log.info({ binding }, 'the exchange folder is in use');
        else log.error({ binding, err: error }, 'the exchange folder has a problem');
      },
    },
  };
}

function addStatusGauges(registry: Registry, status: () => readonly BindingStatus[]): void {
  new Gauge({
    name: 'signet_folder_waiting',
    help: 'Documents of a folder now: ready in in/, worked on, waiting to be tried again',
    labelNames: ['binding', 'state'] as const,
    registers: [registry],
    collect() {
      for (const { binding, ready, working, waiting } of status()) {
        this.set({ binding, state: 'ready' }, ready);
        this.set({ binding, state: 'working' }, working);
        this.set({ binding, state: 'waiting' }, waiting);
      }
    },
  });
  new Gauge({
    name: 'signet_folder_up',
    help: 'Whether an exchange folder can be used (1) or has a problem (0)',
    labelNames: ['binding'] as const,
    registers: [registry],
    collect() {
      for (const { binding, problem } of status()) this.set({ binding }, problem === undefined ? 1 : 0);
    },
  });
}
