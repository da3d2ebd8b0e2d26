// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { isSignetError, memorySource } from '@signet/base';
import { readCertificateBytes } from '@signet/pkix';
import type { DemoPki } from '@signet/qtsp';
import { type ValidationInput, validatePdf } from '@signet/validation';

/** Tells what is wrong with an output, or undefined where all is well. */
export type Judge = (output: Buffer, original: Buffer) => string | undefined;

/**
 * Judges outputs as a recipient with the demo's root and revocation lists would: the original is there, byte for byte,
 * and after it one seal of level B-T that passes.
 */
export function judgeOf(pki: DemoPki): Judge {
  const input: Omit<ValidationInput, 'at'> = {
    trustAnchors: readCertificateBytes(readFileSync(pki.rootFile)),
    revocation: {
      crls: [readFileSync(pki.revocationListFile('root')), readFileSync(pki.revocationListFile('issuing'))],
    },
  };
  return (output, original) => {
    if (!output.subarray(0, original.length).equals(original)) return 'it does not begin with the original';
    try {
      const report = validatePdf(memorySource(output), { ...input, at: new Date() });
      if (report.indication !== 'TOTAL_PASSED') return `it is ${report.indication}`;
      if (report.signatures.length !== 1) return `it has ${report.signatures.length} signatures`;
      if (report.signatures[0]?.level !== 'B-T') return `its level is ${report.signatures[0]?.level}`;
      return undefined;
    } catch (error) {
      if (isSignetError(error)) return `it cannot be read: ${error.code}`;
      throw error;
    }
  };
}
