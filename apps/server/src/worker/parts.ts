// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { systemClock } from '@signet/base';
import { authenticator, type RouteContext } from '@signet/exchange/rest';
import {
  administrativeSecrets,
  bootSecrets,
  type Logger,
  readTlsFiles,
  type TlsMaterial,
} from '@signet/program';
import { type DocumentWork, documentWork } from '@signet/sealing';
import { openBlobStore } from '@signet/storage';
import { type Database, type DatabaseAddress, openDatabase } from '@signet/storage/sql';
import type { AdminContext } from '../admin/context.ts';
import { startJobRunner } from '../engine/job-runner.ts';
import { leaseKeeper } from '../engine/lease-keeper.ts';
import type { EngineParts } from '../engine/parts.ts';
import { type ProcessParts, processCatalog } from '../engine/process-catalog.ts';
import { sealingEngine } from '../engine/sealing-engine.ts';
import type { Settings } from '../settings/index.ts';
import { credentialCache } from './credential-cache.ts';
import { enrolment } from './enrolment.ts';
import { cachedIdentities } from './identities.ts';
import { workerMetrics } from './metrics.ts';
import { outgoingProxy } from './outgoing-proxy.ts';
import { privateHosts } from './private-hosts.ts';
import { openPrivateSpool } from './private-spool.ts';
import { restLimits } from './rest-limits.ts';
import { secretBox } from './secret-box.ts';
import { timeStampPools } from './time-stamp-pools.ts';
import { validationData } from './validation-data.ts';

/** What a worker starts with. */
export interface WorkerOptions {
  readonly settings: Settings;
  readonly address: Omit<DatabaseAddress, 'owner'>;
  readonly log: Logger;
}

const megabyte = 1_000_000;
/** Between looks at the queue when no hint comes. */
const pollMilliseconds = 1000;

/**
 * Puts a worker together by hand: settings → stores → what processes name → engine → what the routes need. Nothing
 * listens yet.
 *
 * @throws SignetError what is wrong with a setting, or with the database
 */
export async function buildParts(options: WorkerOptions) {
  const { settings, log } = options;
  const tls = readTlsFiles(settings.tls, settings.directory);
  const stores = await openStores(options);
  const named = openNamed(options, stores);
  const limits = restLimits(settings);
  const metrics = workerMetrics(stores.database.queue.depth);
  const work = documentWork({
    inlineBytes: settings.limits.inlineMegabytes * megabyte,
    deadlineSeconds: settings.limits.documentSeconds,
    megabytes: settings.limits.documentMegabytes,
  });
  const { jobs, batches, queue, configurations, identities } = stores.database;
  const leases = leaseKeeper(jobs, (error) => log.warn({ err: error }, 'leases could not be renewed'));
  const engine: EngineParts = {
    ...stores,
    jobs,
    batches,
    queue,
    configurations,
    catalog: named.catalog,
    leases,
    work,
    clock: systemClock,
    observer: metrics.observer,
    log,
    limits: {
      concurrentJobs: settings.limits.concurrentJobs,
      inlineBytes: settings.limits.inlineMegabytes * megabyte,
      pollMilliseconds,
      zip: limits.zip,
    },
  };
  const runner = startJobRunner(engine);
  const found = cachedIdentities(identities);
  const routes: RouteContext = {
    service: sealingEngine(engine, runner.wake),
    authenticate: authenticator({ identities: found, clock: systemClock }),
    spool: stores.spool,
    limits,
    enrolment: enrolment(identities),
  };
  const admin = adminContext({ settings, routes, work, tls, ...stores, ...named }, found.clear);
  return { ...stores, ...named, tls, limits, metrics, routes, admin, runner, leases, work };
}

/** Database, document store and spool. */
async function openStores({ settings, address, log }: WorkerOptions) {
  const blobs = await openBlobStore(settings.blobs.directory);
  const spool = openPrivateSpool(settings.spool.directory);
  const { leaseSeconds } = settings.limits;
  const onError = (error: unknown): void => log.warn({ err: error }, 'database');
  return { blobs, spool, database: await openDatabase({ address, leaseSeconds, onError }) };
}

/** What processes name: credentials and time-stamp pools, and the catalog that joins them. */
function openNamed(
  { settings, log }: WorkerOptions,
  { database: { configurations } }: { readonly database: Database },
) {
  const boot = bootSecrets(settings.directory);
  const box = secretBox(boot.read(settings.masterKey), settings.masterKey);
  const { directories } = settings.secrets;
  const secrets = box.reader(administrativeSecrets(directories));
  const credentials = credentialCache({ configurations, secrets, directories });
  const pools = timeStampPools({
    configurations,
    secrets,
    privateHosts: privateHosts(settings.egress.allowPrivate),
    proxy: outgoingProxy(settings, boot),
    clock: systemClock,
  });
  const revocation = validationData({
    configurations,
    hosts: settings.egress.revocation,
    privateHosts: privateHosts(settings.egress.allowPrivate),
    proxy: outgoingProxy(settings, boot),
    clock: systemClock,
  });
  const parts: ProcessParts = {
    credential: credentials.credential,
    timeStamping: pools.timeStamping,
    validationData: revocation.collecting,
  };
  const catalog = processCatalog(configurations, parts, (process, error) =>
    log.warn({ err: error, process }, 'a process cannot be used'),
  );
  return { box, credentials, pools, revocation, parts, catalog };
}

interface AdminParts extends ReturnType<typeof openNamed> {
  readonly settings: Settings;
  readonly routes: RouteContext;
  readonly work: DocumentWork;
  readonly tls: TlsMaterial;
  readonly database: Database;
}

/** What the administration's routes work with. */
function adminContext(from: AdminParts, forgetIdentities: () => void): AdminContext {
  const { settings, routes, work, tls, database, box, credentials, pools, revocation, parts, catalog } = from;
  const { configurations, identities } = database;
  const clock = systemClock;
  const blobDirectory = settings.blobs.directory;
  return {
    routes,
    configurations,
    identities,
    rehearsal: { catalog, parts, work, clock },
    doctor: { database, configurations, catalog, blobDirectory, serverCertificate: tls.certificate, clock },
    clock,
    tryCredential: credentials.tryOut,
    tryPool: pools.tryOut,
    wrapSecret: box.wrap,
    changed() {
      for (const cache of [catalog, credentials, pools, revocation]) cache.clear();
      forgetIdentities();
    },
  };
}

/** A worker, put together. */
export type WorkerParts = Awaited<ReturnType<typeof buildParts>>;

/** Where an OpenAPI document and a log say which program this is. */
export const packageFile = join(import.meta.dirname, '..', '..', 'package.json');
