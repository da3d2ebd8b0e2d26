// SPDX-License-Identifier: Apache-2.0
import type { SignatureReport, ValidationReport } from '@signet/validation';

/** A validation report as lines for people, below its first sentence. */
export function reportLines(report: ValidationReport): readonly string[] {
  return report.signatures.flatMap((signature) => signatureLines(signature));
}

function signatureLines(signature: SignatureReport): readonly string[] {
  const { signer, signingTime, changes } = signature;
  const verdict = signature.subIndication
    ? `${signature.indication} / ${signature.subIndication}`
    : signature.indication;
  return [
    `${signature.fieldName}: ${verdict}, level ${signature.level ?? 'below B-B'}, ${signature.signatureAlgorithm ?? 'unknown algorithm'}`,
    ...(signer ? [`  sealed by     ${signer.subject}`, `  certificate   sha256:${signer.sha256}`] : []),
    ...(signingTime
      ? [
          `  time          ${signingTime.time} (${signingTime.source === 'time-stamp' ? 'by time-stamp' : 'as the signer claims'})`,
        ]
      : []),
    ...(changes.laterRevisions > 0
      ? [`  since then    ${changes.laterRevisions} later revision(s), changes ${changes.kind}`]
      : []),
    ...signature.errors.map(({ key, message }) => `  ! ${message} (${key})`),
    ...signature.warnings.map(({ key, message }) => `  · ${message} (${key})`),
  ];
}
