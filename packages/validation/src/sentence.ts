// SPDX-License-Identifier: Apache-2.0
import type { ChangeReport, SignatureReport, SigningTime, ValidationReport } from './report.ts';

/**
 * The report as one line for people: who, when and by whose clock, unchanged or not, what could not be judged and why.
 * Several signatures are told one after the other.
 */
export function reportSentence(report: ValidationReport): string {
  const signatures =
    report.signatures.length === 0 ? [unsigned(report)] : report.signatures.map(signatureSentence);
  return [...signatures, ...report.findings.map(({ message }) => message)].join(' ');
}

function unsigned({ documentTimeStamps }: ValidationReport): string {
  const [stamp] = documentTimeStamps;
  if (stamp === undefined) return 'The document carries no seal and no signature.';
  const verdict =
    stamp.indication === 'TOTAL_PASSED' ? 'was time-stamped' : 'carries a time-stamp that was not accepted';
  return `The document carries no seal; it ${verdict} (${stamp.time ?? 'its time cannot be read'}).`;
}

function signatureSentence(signature: SignatureReport): string {
  const who = signature.signer === null ? 'an unknown signer' : signature.signer.name;
  const made = `${signature.fieldName}: sealed by ${who}${when(signature)}`;
  switch (signature.indication) {
    case 'TOTAL_PASSED':
      return `${made}; valid, ${unchanged(signature.changes)}${noted(signature)}.`;
    case 'TOTAL_FAILED':
      return `${made}; NOT VALID: ${reasons(signature)}.`;
    case 'INDETERMINATE':
      return `${made}; ${unchanged(signature.changes)}, but it cannot be judged: ${reasons(signature)}.`;
  }
}

function when({ signingTime, timeStamps }: SignatureReport): string {
  if (signingTime === null) return '';
  return ` on ${minutes(signingTime)} UTC by ${clock(signingTime, timeStamps)}`;
}

function clock(time: SigningTime, stamps: SignatureReport['timeStamps']): string {
  if (time.source === 'claimed') return "the signer's own clock";
  const authority = stamps.find(({ indication }) => indication === 'TOTAL_PASSED')?.authority;
  return `the clock of ${authority?.name ?? 'a time-stamping authority'}`;
}

function minutes({ time }: SigningTime): string {
  return time.slice(0, 19).replace('T', ' ');
}

function unchanged({ kind, changes }: ChangeReport): string {
  if (kind === 'none') return 'unchanged since';
  if (kind === 'allowed')
    return changes.length === 0 ? 'unchanged since' : 'later changes are ones it permits';
  return 'changed since';
}

function noted({ warnings }: SignatureReport): string {
  return warnings.length === 0 ? '' : `; ${[...new Set(warnings.map(clause))].join('; ')}`;
}

function reasons({ errors, subIndication }: SignatureReport): string {
  return errors.length === 0
    ? (subIndication ?? 'no reason known')
    : [...new Set(errors.map(clause))].join('; ');
}

/** A finding's sentence as a part of another one. */
function clause({ message }: { readonly message: string }): string {
  const text = message.replace(/\.$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
