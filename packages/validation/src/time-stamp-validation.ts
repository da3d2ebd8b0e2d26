// SPDX-License-Identifier: Apache-2.0
import type { ReceivedTimeStamp } from '@signet/ades/cades';
import { certificateReport } from './certificate-report.ts';
import { type ValidationContext, validateCertificate } from './certificate-validation.ts';
import { failed, findingOf, indeterminate, type Judgement } from './judgement.ts';
import type { TimeStampReport } from './report.ts';

/** A time-stamp that was judged: what is reported, and the time it proves if it can be relied on. */
export interface ValidatedTimeStamp {
  readonly report: TimeStampReport;
  /** genTime, where the time-stamp passed. */
  readonly proves: Date | undefined;
}

/**
 * Validates a time-stamp (EN 319 102-1 §5.4): imprint and signature were judged when it was read; here its authority's
 * certificate is.
 */
export function validateTimeStamp(
  kind: TimeStampReport['kind'],
  stamp: ReceivedTimeStamp,
  existedAt: Date | undefined,
  context: ValidationContext,
): ValidatedTimeStamp {
  const judgement = stamp.good
    ? validateCertificate({ certificate: stamp.certificate, existedAt }, context)
    : brokenTimeStamp(stamp);
  const time = stamp.token?.info.genTime;
  return {
    report: {
      kind,
      indication: judgement.indication,
      subIndication: judgement.subIndication,
      time: time?.toISOString() ?? null,
      authority: stamp.good ? certificateReport(stamp.certificate) : null,
      findings: [...judgement.errors, ...judgement.warnings],
    },
    proves: judgement.indication === 'TOTAL_PASSED' ? time : undefined,
  };
}

function brokenTimeStamp({ failure }: Extract<ReceivedTimeStamp, { good: false }>): Judgement {
  const finding = findingOf(failure);
  switch (failure.code) {
    case 'tsp.imprint-mismatch':
      return failed('HASH_FAILURE', finding);
    case 'tsp.signature-invalid':
      return failed('SIG_CRYPTO_FAILURE', finding);
    case 'tsp.certificate-missing':
      return indeterminate('NO_SIGNING_CERTIFICATE_FOUND', finding);
    case 'tsp.certificate-purpose':
    case 'tsp.outside-validity':
      return indeterminate('CHAIN_CONSTRAINTS_FAILURE', finding);
    case 'cms.algorithm-not-supported':
      return indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', finding);
    default:
      return failed('FORMAT_FAILURE', finding);
  }
}
