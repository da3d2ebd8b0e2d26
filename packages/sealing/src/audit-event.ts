// SPDX-License-Identifier: Apache-2.0

/** What an audit event tells. The names are stable; a new kind is added, none is renamed. */
export type AuditKind =
  | 'job.arrived'
  | 'seal.intended'
  | 'seal.lost'
  | 'seal.released'
  | 'job.failed'
  | 'job.abandoned'
  | 'job.bytes-deleted'
  | 'configuration.changed'
  | 'identity.created'
  | 'identity.revoked'
  | 'node.started';

/**
 * One event before it is chained. It holds ids, codes, times, document hashes, and a salted commitment to whatever can
 * name a person; the clear values lie in a side table that can be erased while the chain still verifies.
 */
export interface AuditEvent {
  readonly kind: AuditKind;
  /** Ids, codes, numbers and hashes only. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** Values that can name a person (file name, subject): stored apart, committed to here. */
  readonly personal?: Readonly<Record<string, string>>;
}

/** One link of a chain, as it is hashed and stored: `body` verbatim. There is one chain per tenant and writer process. */
export interface AuditLink {
  readonly format: 1;
  readonly writer: string;
  /** 1 for the first link of the chain. */
  readonly sequence: number;
  /** SHA-256 of the previous link's body, lower-case hexadecimal; 64 zeros for the first. */
  readonly previous: string;
  readonly body: string;
}
