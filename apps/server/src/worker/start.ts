// SPDX-License-Identifier: Apache-2.0
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { admitCaller, healthRoutes, listen, renewCertificate, sealingRoutes } from '@signet/exchange/rest';
import { askSupervisor, readTlsFiles } from '@signet/program';
import type { FastifyInstance } from 'fastify';
import { AggregatorRegistry } from 'prom-client';
import { adminRoutes } from '../admin/routes.ts';
import { metricsQuestion } from '../supervisor/metrics.ts';
import { startHousekeeping } from './housekeeping.ts';
import { buildParts, packageFile, type WorkerOptions, type WorkerParts } from './parts.ts';

/** How often a changed certificate file is looked for, milliseconds. */
const certificatePoll = 60_000;

/**
 * Starts a worker: builds its parts, listens, and works on the queue.
 *
 * @returns how to stop it: no new requests and jobs, those in flight to their end, then the stores
 * @throws SignetError why it cannot start
 */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { settings, log } = options;
  const parts = await buildParts(options);
  const { tls, limits, metrics, runner, leases, work, pools, revocation, database } = parts;
  // The supervisor gathers every worker's figures: a scrape reaches just one of them.
  AggregatorRegistry.setRegistries(metrics.registry);
  new AggregatorRegistry();
  const state = { stopping: false };
  const routes = (app: FastifyInstance<Server>) => addRoutes(app, parts, () => !state.stopping);
  const { answered } = metrics;
  const apps: FastifyInstance<Server>[] = [];
  for (const address of settings.listeners) {
    apps.push(
      await listen(address, { tls, limits, logger: log, access: settings.log.access, answered, routes }),
    );
  }
  const housekeeping = startHousekeeping(parts, log);
  const unwatch = watchCertificate(options, apps);
  return {
    async stop() {
      state.stopping = true;
      unwatch();
      housekeeping.stop();
      await Promise.all([...apps.map((app) => app.close()), runner.stop()]);
      leases.close();
      await Promise.all([work.close(), pools.close(), revocation.close()]);
      await database.close();
    },
  };
}

async function addRoutes(
  server: FastifyInstance<Server>,
  { routes, admin, database }: WorkerParts,
  serving: () => boolean,
): Promise<void> {
  const app = server as unknown as FastifyInstance;
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  await app.register(healthRoutes({ ready: async () => serving() && (await database.ping()) }));
  await app.register(sealingRoutes({ ...routes, version, also: [adminRoutes(admin)] }));
  await app.register(async (scope) => {
    scope.decorateRequest('caller', null);
    scope.get('/metrics', { onRequest: admitCaller(routes, 'metrics') }, async (_request, reply) => {
      const figures = await askSupervisor(metricsQuestion);
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(figures ?? '');
    });
  });
}

/** Shows a renewed certificate without a restart; a file that cannot be used is told and the old one goes on. */
function watchCertificate(
  { settings, log }: WorkerOptions,
  apps: readonly FastifyInstance<Server>[],
): () => void {
  const file = settings.tls.certificate;
  const renew = (): void => {
    try {
      const tls = readTlsFiles(settings.tls, settings.directory);
      for (const app of apps) renewCertificate(app, tls);
      log.info('the server certificate was renewed');
    } catch (error) {
      log.error({ err: error }, 'the new server certificate cannot be used');
    }
  };
  watchFile(file, { interval: certificatePoll, persistent: false }, renew);
  return () => unwatchFile(file, renew);
}
