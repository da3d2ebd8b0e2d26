// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { AuditEvent, Intention, JobProblem, ResultRecord, SealingJob } from '@signet/sealing';

/** What the audit says of a job's life, the same over SQL and journal. */

/** A document was taken in. Its name goes aside: it can name a person. */
export function arrived(job: SealingJob): AuditEvent {
  return {
    kind: 'job.arrived',
    facts: {
      job: job.id,
      process: job.process,
      version: job.version,
      channel: job.channel,
      transfer: job.transfer,
      identity: job.identity,
      sha256In: job.sha256In,
      size: job.size,
      batch: job.batch ?? null,
    },
    ...(job.documentName !== undefined && { personal: { documentName: storable(job.documentName) } }),
  };
}

/** A key is about to be used. */
export function intended(job: Uuid, attempt: number, intention: Intention): AuditEvent {
  const { docHash, certificate, credential, algorithm } = intention;
  return { kind: 'seal.intended', facts: { job, attempt, docHash, certificate, credential, algorithm } };
}

/** An attempt was closed without a result. */
export function lost(job: Uuid, attempt: number, code: string | null): AuditEvent {
  return { kind: 'seal.lost', facts: { job, attempt, code } };
}

/** The one result of a job was released. */
export function released(attempt: number, record: ResultRecord): AuditEvent {
  return {
    kind: 'seal.released',
    facts: {
      job: record.job,
      attempt,
      levelWanted: record.levelWanted,
      levelReached: record.levelReached,
      timeStamp: record.timeStamp,
      certificate: record.certificate,
      sha256In: record.sha256In,
      sha256Out: record.sha256Out,
    },
  };
}

/** A job ended without a seal. */
export function failed(job: Uuid, why: JobProblem): AuditEvent {
  return { kind: 'job.failed', facts: { job, code: why.code } };
}

/** A request's process ended before it answered. */
export function abandoned(job: Uuid): AuditEvent {
  return { kind: 'job.abandoned', facts: { job } };
}

/** A job's bytes were removed; its record stays. */
export function bytesDeleted(job: Uuid): AuditEvent {
  return { kind: 'job.bytes-deleted', facts: { job } };
}

/** A text as every store can keep it: PostgreSQL takes neither U+0000 nor half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
