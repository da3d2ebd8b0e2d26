// SPDX-License-Identifier: Apache-2.0

/** What reading chains through found. */
export interface AuditReport {
  /** Chains (writers) read. */
  readonly chains: number;
  readonly links: number;
  /** Commitments whose clear value was still there, and matched. */
  readonly commitments: number;
  /** Empty if all verified. */
  readonly faults: readonly AuditFault[];
}

/** Where a chain does not verify. */
export interface AuditFault {
  readonly writer: string;
  readonly sequence: number;
  readonly reason: 'gap' | 'order' | 'hash' | 'body' | 'commitment';
}
