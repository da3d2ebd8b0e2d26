// SPDX-License-Identifier: Apache-2.0
import { PdfDict, type PdfDocument, PdfString, type PdfValue } from '@signet/documents/pdf';
import { fieldText } from './field-tree.ts';

/**
 * Signatures that an earlier revision had and a later one took away: names of fields whose /V was a signature dictionary
 * and is none any more. A document that was signed reads as unsigned then, which a report has to tell.
 *
 * @throws SignetError `pdf.*`
 */
export function removedSignatures(pdf: PdfDocument): readonly string[] {
  const removed = new Set<string>();
  for (const revision of pdf.revisions.slice(1)) {
    const before = pdf.at(revision.index - 1);
    for (const num of revision.objectNumbers()) {
      const field = before.object(num);
      if (isSignedField(before, field) && !isSignedField(pdf, pdf.object(num))) {
        removed.add(partialName(before, field));
      }
    }
  }
  return [...removed];
}

function isSignedField(pdf: PdfDocument, value: PdfValue): value is PdfDict {
  if (!(value instanceof PdfDict) || !value.has('V')) return false;
  const signature = pdf.lookupDict(value, 'V');
  return signature?.has('ByteRange') === true && signature.has('Contents');
}

function partialName(pdf: PdfDocument, field: PdfDict): string {
  const name = pdf.lookup(field, 'T');
  return name instanceof PdfString ? fieldText(name.bytes) : 'without a name';
}
