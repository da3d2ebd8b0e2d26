// SPDX-License-Identifier: Apache-2.0
import type { ResultRecord, SealingJob, SealLevel } from './job.ts';
import type { SealingProcess } from './sealing-process.ts';

/** What the steps of a path found out, joined into the one record of its result. */
export function resultRecord(found: {
  readonly job: SealingJob;
  readonly process: SealingProcess;
  readonly levelReached: SealLevel;
  readonly timeStamp: string | null;
  readonly sha256Out: string | null;
  readonly warnings: readonly string[];
}): ResultRecord {
  const { job, process, ...rest } = found;
  return {
    format: 1,
    job: job.id,
    process: process.configuration.process,
    version: process.version,
    levelWanted: process.configuration.level,
    certificate: process.certificate.fingerprint,
    sha256In: job.sha256In,
    ...rest,
  };
}
