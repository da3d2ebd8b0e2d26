// SPDX-License-Identifier: Apache-2.0
import { SignetError, systemClock } from '@signet/base';
import { readCertificateBytes } from '@signet/pkix';
import type { SealLevel, TimeStamping, ValidationDataCollecting } from '@signet/sealing';
import { namedHost, openEgress } from '@signet/trust/egress';
import {
  memoryRevocationCache,
  openRevocationClient,
  validationDataCollector,
} from '@signet/trust/revocation';
import { readNamedFile, readNamedText } from '../named-file.ts';
import { timeStampingBy } from './time-stamping.ts';

/** The trust services that a command is told; the names are those of its options. */
export interface ServiceOptions {
  readonly level: SealLevel;
  readonly tsa?: string;
  readonly allowPlain?: boolean;
  readonly ca?: string;
  readonly trust: readonly string[];
  readonly revocationHost: readonly string[];
  /** Whether VRI dictionaries are written. */
  readonly vri?: boolean;
}

/** The trust services that a level takes. */
export interface Services {
  /** Present at B-T and above. */
  readonly timeStamping: TimeStamping | undefined;
  /** Present at B-LT and above. */
  readonly validationData: ValidationDataCollecting | undefined;
  close(): Promise<void>;
}

/**
 * Opens what a level takes. Whoever types an address means it: it may be a private one, and revocation may be asked by
 * plain HTTP, since its values are signed (RFC 5280 §8).
 *
 * @throws SignetError `config.level-needs-tsa`, `config.level-needs-trust`, `general.io`
 */
export function openServices(options: ServiceOptions): Services {
  const { level, tsa, ca, allowPlain = false, trust, revocationHost } = options;
  if (level === 'B-B')
    return { timeStamping: undefined, validationData: undefined, close: async () => undefined };
  if (!tsa) throw new SignetError('config.level-needs-tsa', { level });
  const caPem = ca === undefined ? undefined : readNamedText(ca);
  const timeStamping = timeStampingBy({ url: tsa, allowPlain, ...(caPem !== undefined && { caPem }) });
  if (level === 'B-T') return { timeStamping, validationData: undefined, close: () => timeStamping.close() };
  if (trust.length === 0) throw new SignetError('config.level-needs-trust', { level });
  const hosts = revocationHost.map((named) => ({
    ...namedHost(named),
    allowPlain: true,
    allowPrivate: true,
  }));
  const egress = openEgress({ kind: 'configured', hosts });
  const cache = memoryRevocationCache(systemClock);
  const client = openRevocationClient({ egress, clock: systemClock, cache });
  const anchors = trust.flatMap((path) => readCertificateBytes(readNamedFile(path)));
  return {
    timeStamping,
    validationData: validationDataCollector(anchors, client),
    close: async () => {
      await timeStamping.close();
      await egress.close();
    },
  };
}
