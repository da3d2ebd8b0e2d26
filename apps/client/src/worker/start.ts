// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { systemClock } from '@signet/base';
import { type FolderBinding, type FolderExchange, startFolderExchange } from '@signet/exchange/folder';
import {
  admitCaller,
  authenticator,
  defaultLimits,
  healthRoutes,
  listen,
  openSpool,
  sealingRoutes,
} from '@signet/exchange/rest';
import { type Logger, readTlsFiles } from '@signet/program';
import { documentWork } from '@signet/sealing';
import { openJournal, openRecordLog } from '@signet/storage/journal';
import type { FastifyInstance } from 'fastify';
import { arrivalSealer } from '../sealing/arrival-sealer.ts';
import { forwardingService } from '../sealing/forwarding-service.ts';
import { processCatalog } from '../sealing/process-catalog.ts';
import type { ServerSealingParts } from '../sealing/seal-by-server.ts';
import { connectServer } from '../sealing/server-link.ts';
import type { Settings } from '../settings/index.ts';
import { applicationFinder } from './applications.ts';
import { clientId } from './client-id.ts';
import { folderJournal } from './folder-journal.ts';
import { type ClientMetrics, clientMetrics } from './metrics.ts';

const packageFile = new URL('../../package.json', import.meta.url);

/** The journal has one owner, this process: a lease is lost by its end alone. */
const leaseSeconds = 86_400;

/**
 * Starts a client: its journals, the connection to its server, the folders, and REST for applications.
 *
 * @returns how to stop it: what is under way is ended or left to be recovered, then the journals are closed
 * @throws SignetError why it cannot start
 */
export async function startClient(settings: Settings, log: Logger): Promise<{ stop(): Promise<void> }> {
  const directory = settings.state.directory;
  const api = connectServer(settings);
  const id = await clientId(directory);
  const folderLog = await openRecordLog(join(directory, 'folders'));
  const journal = await openJournal({ directory: join(directory, 'journal'), writer: id, leaseSeconds });
  const work = documentWork();
  const processes = processCatalog(api, systemClock);
  const sealing: ServerSealingParts = { api, processes, jobs: journal.jobs, work, clock: systemClock };
  let folders: FolderExchange | undefined;
  const metrics = clientMetrics(log, () => folders?.status() ?? []);
  const apps = await listenForApplications({ settings, log, sealing, metrics });
  folders = await startFolderExchange({
    bindings: settings.bindings.map((binding) => bindingOf(binding, id)),
    sealer: arrivalSealer(sealing, openSpool(join(directory, 'spool', 'packages'))),
    journal: folderJournal(folderLog),
    spool: join(directory, 'spool', 'documents'),
    inFlight: settings.inFlight,
    retry: settings.retry,
    observer: metrics.observer,
    clock: systemClock,
  });
  return {
    async stop() {
      await Promise.all([...apps.map((app) => app.close()), folders?.stop()]);
      await Promise.all([api.close(), work.close(), journal.close(), folderLog.close()]);
    },
  };
}

function bindingOf(binding: Settings['bindings'][number], id: string): FolderBinding {
  const { name, process = name, ...rest } = binding;
  return { ...rest, name, process, clientId: id };
}

interface ApplicationListeners {
  readonly settings: Settings;
  readonly log: Logger;
  readonly sealing: ServerSealingParts;
  readonly metrics: ClientMetrics;
}

async function listenForApplications(options: ApplicationListeners): Promise<FastifyInstance<Server>[]> {
  const { settings, log, metrics } = options;
  const { rest, directory } = settings;
  if (rest === undefined) return [];
  const tls = readTlsFiles(rest, directory);
  const limits = { ...defaultLimits, documentBytes: rest.uploadMegabytes * 1_000_000 };
  const routes = applicationRoutes(options, rest, limits);
  const apps: FastifyInstance<Server>[] = [];
  for (const address of rest.listeners) {
    const { answered } = metrics;
    apps.push(
      await listen(address, { tls, limits, logger: log, access: settings.log.access, answered, routes }),
    );
  }
  return apps;
}

function applicationRoutes(
  { settings, sealing, metrics }: ApplicationListeners,
  rest: NonNullable<Settings['rest']>,
  limits: typeof defaultLimits,
) {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const context = {
    service: forwardingService(sealing, rest.transfer),
    authenticate: authenticator({ identities: applicationFinder(rest.applications), clock: systemClock }),
    spool: openSpool(join(settings.state.directory, 'spool', 'uploads')),
    limits,
  };
  return async (server: FastifyInstance<Server>): Promise<void> => {
    const app = server as unknown as FastifyInstance;
    await app.register(healthRoutes({ ready: () => sealing.processes.reachable() }));
    await app.register(sealingRoutes({ ...context, version }));
    await app.register(async (scope) => {
      scope.decorateRequest('caller', null);
      scope.get('/metrics', { onRequest: admitCaller(context, 'metrics') }, async (_request, reply) =>
        reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
      );
    });
  };
}
