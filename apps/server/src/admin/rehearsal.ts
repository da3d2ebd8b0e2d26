// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { reachesLevel } from '@signet/ades';
import { type Clock, isSignetError, SignetError } from '@signet/base';
import {
  type DocumentWork,
  type ProcessConfiguration,
  reservedBytes,
  type SealingProcess,
  type TenantId,
} from '@signet/sealing';
import { lacksTimeStamp, type ProcessCatalog, type ProcessParts } from '../engine/process-catalog.ts';
import { emptyPdf } from './empty-pdf.ts';

/** What a configuration is tried with before it is stored. */
export interface RehearsalParts {
  readonly catalog: Pick<ProcessCatalog, 'join'>;
  readonly parts: ProcessParts;
  readonly work: DocumentWork;
  readonly clock: Clock;
}

/**
 * Tries a process configuration: its credential opens, is valid now and can make the algorithm, its pool exists, and a
 * document can be prepared by it. No key is used and no time-stamp is asked for.
 *
 * @returns the process as it would be
 * @throws SignetError `config.*`, `seal.level-…` that say what to change; `pkcs12.*` if the key file does not open
 */
export async function rehearse(
  tenant: TenantId,
  configuration: ProcessConfiguration,
  { catalog, parts, work, clock }: RehearsalParts,
): Promise<SealingProcess> {
  if (lacksTimeStamp(configuration)) {
    throw new SignetError('config.time-stamp-missing', { level: configuration.level });
  }
  const { process: name, level, transfer } = configuration;
  if (transfer.hash && reachesLevel(level, 'B-LT'))
    throw new SignetError('seal.level-needs-document', { process: name, level });
  const version = { configuration, version: 0, createdAt: clock.now() };
  const { algorithms } = await parts.credential(tenant, configuration.credential);
  const process = await catalog.join(tenant, version).catch((error: unknown) => {
    throw explained(error, configuration, algorithms);
  });
  refuseExpired(process, clock.now());
  const document = {
    size: emptyPdf.length,
    sha256: createHash('sha256').update(emptyPdf).digest('hex'),
    bytes: emptyPdf,
  };
  const { digestAlgorithm, pades } = configuration;
  await work.prepare(document, {
    ...pades,
    digestAlgorithm,
    reservedBytes: reservedBytes(process),
    signingTime: clock.now(),
  });
  return process;
}

/** A credential that does not fit is told with the algorithms that would. */
function explained(
  error: unknown,
  { credential, signatureAlgorithm = 'any algorithm' }: ProcessConfiguration,
  offered: readonly string[],
): unknown {
  if (!isSignetError(error, 'seal.credential-unfit')) return error;
  const details = { credential, algorithm: signatureAlgorithm, offered: offered.join(', ') };
  return new SignetError('config.algorithm-not-offered', details, error);
}

function refuseExpired({ certificate, credential }: SealingProcess, now: Date): void {
  const { notBefore, notAfter } = certificate;
  if (now >= notBefore && now <= notAfter) return;
  throw new SignetError('config.certificate-not-valid-now', {
    credential: credential.name,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  });
}
