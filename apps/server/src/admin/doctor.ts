// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { asSignetError, type Clock } from '@signet/base';
import { parseCertificate, readCertificateBytes } from '@signet/pkix';
import type { ConfigurationStore, SealingProcess, TenantId, TimeStamping } from '@signet/sealing';
import type { Database } from '@signet/storage/sql';
import type { ProcessCatalog } from '../engine/process-catalog.ts';

/** One thing that was looked at, and what was found, in words. */
export interface DoctorCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What the doctor looks at. */
export interface DoctorParts {
  readonly database: Pick<Database, 'metrics' | 'ping'>;
  readonly configurations: Pick<ConfigurationStore, 'processes'>;
  readonly catalog: Pick<ProcessCatalog, 'join'>;
  readonly blobDirectory: string;
  /** PEM of the server's own certificate, its issuers after it. */
  readonly serverCertificate: string;
  readonly clock: Clock;
}

/** Certificates that end within this time are told. */
const warnDays = 30;
/** Space below which the document store is told, bytes. */
const leastFreeBytes = 1e9;
/** How far this machine's clock may be from a time-stamping authority's, seconds. */
const mostSkewSeconds = 5;

/**
 * Looks at everything that sealing needs and says in words what is wrong. Asks each time-stamping pool for one token
 * (that is what tells whether it gives any).
 */
export async function examine(tenant: TenantId, parts: DoctorParts): Promise<readonly DoctorCheck[]> {
  const { database, blobDirectory, serverCertificate, clock } = parts;
  const checks = [
    look('database', async () => {
      const { serverVersion, schemaVersion } = await database.metrics();
      return ok(`PostgreSQL ${serverVersion}, schema version ${schemaVersion}`);
    }),
    look('document store', async () => {
      const { bavail, bsize } = await statfs(blobDirectory);
      const free = bavail * bsize;
      return verdict(free >= leastFreeBytes, `${Math.round(free / 1e6)} MB free`);
    }),
    look('server certificate', async () => {
      const [certificate] = readCertificateBytes(Buffer.from(serverCertificate));
      const { notAfter } = parseCertificate(certificate!);
      return validity(notAfter, clock.now());
    }),
  ];
  const processes = await Promise.all(checks);
  const seen = new Set<TimeStamping>();
  for (const version of await parts.configurations.processes(tenant).catch(() => [])) {
    const name = version.configuration.process;
    let process: SealingProcess | undefined;
    processes.push(
      await look(`process ${name}`, async () => {
        process = await parts.catalog.join(tenant, version);
        const { credential, algorithm, certificate } = process;
        const { ok: good, detail } = validity(certificate.notAfter, clock.now());
        return verdict(
          good,
          `credential ${credential.name} signs with ${algorithm}; its certificate is ${detail}`,
        );
      }),
    );
    const stamping = process?.timeStamping;
    if (stamping === undefined || seen.has(stamping)) continue;
    seen.add(stamping);
    const pool = version.configuration.timeStamp?.pool ?? '';
    processes.push(await look(`time-stamp pool ${pool}`, () => tryStamp(stamping, clock)));
  }
  return processes;
}

type Finding = Omit<DoctorCheck, 'check'>;

async function look(check: string, find: () => Promise<Finding>): Promise<DoctorCheck> {
  try {
    return { check, ...(await find()) };
  } catch (error) {
    const { message, code } = asSignetError(error, 'doctor');
    return { check, ok: false, detail: `${message} [${code}]` };
  }
}

async function tryStamp(stamping: TimeStamping, clock: Clock): Promise<Finding> {
  const asked = clock.now().getTime();
  const { genTime } = await stamping.stamp(randomBytes(32), undefined);
  const answered = clock.now().getTime();
  const stamped = genTime.getTime();
  // Its time lies between question and answer, if both clocks are right; tokens may count whole seconds only.
  const skew = Math.max(0, asked - stamped - 1000, stamped - answered) / 1000;
  if (skew > mostSkewSeconds)
    return verdict(false, `gives tokens; its clock and this machine’s differ by ${skew} s`);
  return ok(`gives tokens; the clocks agree within ${mostSkewSeconds} s`);
}

function validity(notAfter: Date, now: Date): Finding {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000);
  const until = notAfter.toISOString().slice(0, 10);
  if (days < 0) return verdict(false, `expired since ${until}`);
  return verdict(days >= warnDays, `valid until ${until} (${days} days)`);
}

function ok(detail: string): Finding {
  return verdict(true, detail);
}

function verdict(good: boolean, detail: string): Finding {
  return { ok: good, detail };
}
