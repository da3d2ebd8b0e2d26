// SPDX-License-Identifier: Apache-2.0
import type { Server } from 'node:https';
import { SignetError } from '@signet/base';
import { createRestServer, type RestLimits } from '@signet/exchange/rest';
import type { Logger } from '@signet/program';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings/index.ts';
import type { WorkerMetrics } from './metrics.ts';
import type { TlsMaterial } from './tls-files.ts';

/** What every listener of a worker needs. */
export interface ListenerOptions {
  readonly tls: TlsMaterial;
  readonly limits: RestLimits;
  readonly log: Logger;
  /** Whether each request gets a line in the log. */
  readonly access: boolean;
  readonly metrics: WorkerMetrics;
  /** Adds the routes. */
  readonly routes: (app: FastifyInstance<Server>) => Promise<void>;
}

/**
 * Listens on one address.
 *
 * @throws SignetError `config.port-in-use`, `config.address-unusable`
 */
export async function listen(
  address: Settings['listeners'][number],
  options: ListenerOptions,
): Promise<FastifyInstance<Server>> {
  const { tls, limits, log } = options;
  const app = createRestServer({ tls, limits, logger: log });
  observe(app, options);
  await options.routes(app);
  try {
    await app.listen(address);
  } catch (error) {
    throw listenError(address, error);
  }
  return app;
}

/** One log line and one observation for each answer. A path can hold ids but no name of a document; a query is left out. */
function observe(app: FastifyInstance<Server>, { log, access, metrics }: ListenerOptions): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const milliseconds = reply.elapsedTime;
    metrics.answered(route, reply.statusCode, milliseconds / 1000);
    if (!access) return;
    const { id, method, url } = request;
    const path = url.split('?', 1)[0];
    log.info(
      { request: id, method, path, status: reply.statusCode, milliseconds: Math.round(milliseconds) },
      'answered',
    );
  });
}

function listenError({ host, port }: Settings['listeners'][number], error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  if (code === 'EADDRINUSE') return new SignetError('config.port-in-use', { host, port }, error);
  return new SignetError('config.address-unusable', { host, port, reason: code }, error);
}
