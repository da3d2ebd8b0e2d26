// SPDX-License-Identifier: Apache-2.0
import { differences, isCovered, type PdfSignature } from '@signet/ades/pades';
import { SignetError } from '@signet/base';
import type { PdfDocument } from '@signet/documents/pdf';

/** Each signature permits what later revisions added. @throws SignetError `ades.check-earlier-signature` */
export function checkPermitted(pdf: PdfDocument, signatures: readonly PdfSignature[]): void {
  for (const signature of signatures) {
    if (!isCovered(signature)) continue;
    const changes = differences(pdf, signature.coverage.revision, signature.permissions);
    const forbidden = changes.find(({ allowed }) => !allowed);
    if (forbidden !== undefined) {
      const details = { field: signature.fieldName, reason: forbidden.what };
      throw new SignetError('ades.check-earlier-signature', details);
    }
  }
}
