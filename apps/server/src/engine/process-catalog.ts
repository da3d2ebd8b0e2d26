// SPDX-License-Identifier: Apache-2.0
import { reachesLevel } from '@signet/ades';
import { SignetError } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import {
  type ConfigurationStore,
  joinProcess,
  type ProcessConfiguration,
  type ProcessVersion,
  type SealingJob,
  type SealingProcess,
  type TenantId,
  type TimeStamping,
  type ValidationDataCollecting,
} from '@signet/sealing';
import { freshCache } from './fresh-cache.ts';

/** Where the parts that a process names are found, ready to use. */
export interface ProcessParts {
  /** @throws SignetError `config.credential-unknown`, `config.secret-…`, `pkcs12.*` */
  credential(tenant: TenantId, name: string): Promise<SigningCredential>;
  /** @throws SignetError `config.time-stamp-pool-unknown`, `config.secret-…` */
  timeStamping(tenant: TenantId, pool: string): Promise<TimeStamping>;
  /** undefined where the node has no host to ask, or the tenant no trust anchor. */
  validationData(tenant: TenantId): Promise<ValidationDataCollecting | undefined>;
}

/** The processes in force, joined with their credentials and time-stamping. */
export interface ProcessCatalog {
  /** The newest version. @throws SignetError `request.unknown-process` */
  newest(tenant: TenantId, name: string): Promise<SealingProcess>;
  /** The version that a job was taken in for. @throws SignetError `request.unknown-process` */
  forJob(job: SealingJob): Promise<SealingProcess>;
  /** All of a tenant, by name. One whose parts are missing is left out and told to `unusable`. */
  all(tenant: TenantId): Promise<readonly SealingProcess[]>;
  /** Joins a configuration that is not stored yet: what a dry run asks. */
  join(tenant: TenantId, version: ProcessVersion): Promise<SealingProcess>;
  /** Forgets what it knows, after a change. */
  clear(): void;
}

/** For how long the newest version of a process may be an older one after a change made by another process. */
const staleMilliseconds = 1000;

/** Builds the catalog. Versions never change once stored, so only which one is the newest is asked again. */
export function processCatalog(
  configurations: Pick<ConfigurationStore, 'process' | 'processes'>,
  parts: ProcessParts,
  unusable: (process: string, error: unknown) => void,
): ProcessCatalog {
  const newest = freshCache<ProcessVersion>(staleMilliseconds);
  const versions = freshCache<ProcessVersion>(Number.POSITIVE_INFINITY);
  const joined = new WeakMap<ProcessVersion, SealingProcess>();

  const join = async (tenant: TenantId, version: ProcessVersion): Promise<SealingProcess> => {
    const { credential: name, timeStamp, level } = version.configuration;
    const credential = await parts.credential(tenant, name);
    const timeStamping =
      level === 'B-B' || timeStamp === undefined
        ? undefined
        : await parts.timeStamping(tenant, timeStamp.pool);
    const validationData = reachesLevel(level, 'B-LT') ? await parts.validationData(tenant) : undefined;
    const before = joined.get(version);
    const same =
      before?.credential === credential &&
      before.timeStamping === timeStamping &&
      before.validationData === validationData;
    if (same) return before;
    const process = joinProcess(version, credential, timeStamping, validationData);
    joined.set(version, process);
    return process;
  };
  const stored = async (tenant: TenantId, name: string, version?: number): Promise<ProcessVersion> => {
    const found = await configurations.process(tenant, name, version);
    if (found === undefined) throw new SignetError('request.unknown-process', { process: name });
    return found;
  };

  return {
    join,
    async newest(tenant, name) {
      return join(tenant, await newest.get(`${tenant} ${name}`, () => stored(tenant, name)));
    },
    async forJob({ tenant, process, version }) {
      const latest = await newest.get(`${tenant} ${process}`, () => stored(tenant, process));
      if (latest.version === version) return join(tenant, latest);
      const key = `${tenant} ${process} ${version}`;
      return join(tenant, await versions.get(key, () => stored(tenant, process, version)));
    },
    async all(tenant) {
      const found: SealingProcess[] = [];
      for (const version of await configurations.processes(tenant)) {
        try {
          found.push(await join(tenant, version));
        } catch (error) {
          unusable(version.configuration.process, error);
        }
      }
      return found;
    },
    clear() {
      newest.clear();
    },
  };
}

/** Whether a process needs a time-stamp that it does not name a pool for. */
export function lacksTimeStamp({ level, timeStamp }: ProcessConfiguration): boolean {
  return level !== 'B-B' && timeStamp === undefined;
}
