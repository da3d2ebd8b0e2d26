// SPDX-License-Identifier: Apache-2.0
import type { ProcessView } from '@signet/exchange/rest';
import { reservedBytes, type SealingProcess } from '@signet/sealing';

/** What a caller may know of a process, and must know to prepare documents itself. */
export function processView(process: SealingProcess): ProcessView {
  const { configuration, version, algorithm } = process;
  const { description, documentFormat, level, digestAlgorithm, transfer, pades, limits } = configuration;
  return {
    process: configuration.process,
    version,
    ...(description !== undefined && { description }),
    documentFormat,
    level,
    digestAlgorithm,
    signatureAlgorithm: algorithm,
    reservedBytes: reservedBytes(process) + roomForOtherWorkers(process),
    transfer,
    pades,
    maxBytes: limits.maxBytes,
    deadlineHours: limits.deadlineHours,
  };
}

/** What a worker assumes of a token when it has not seen one of the authority yet. */
const unseenTokenBytes = 8192;

/**
 * The digests may come to a worker (or node) that has not seen a token of this authority, and reckons with more than this
 * one: a hole that is told must do for all of them.
 */
function roomForOtherWorkers({ timeStamping }: SealingProcess): number {
  return timeStamping === undefined ? 0 : Math.max(0, unseenTokenBytes - timeStamping.expectedTokenBytes());
}
