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
    reservedBytes: reservedBytes(process),
    transfer,
    pades,
    maxBytes: limits.maxBytes,
    deadlineHours: limits.deadlineHours,
  };
}
