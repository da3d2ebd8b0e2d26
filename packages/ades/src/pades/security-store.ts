// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { type PdfDict, type PdfDocument, PdfRef, PdfStream } from '@signet/documents/pdf';

/** Validation data that a document carries for its signatures (DSS, EN 319 142-1 §5.4.2, ISO 32000-2 §12.8.4.3). */
export interface SecurityStore {
  /** DER of certificates. */
  readonly certificates: readonly Uint8Array[];
  /** DER of revocation lists. */
  readonly crls: readonly Uint8Array[];
  /** DER of OCSP responses. */
  readonly ocspResponses: readonly Uint8Array[];
}

/** Most values of one kind that are read, and the largest: a store of ten signatures with their chains has a hundred. */
const valueLimit = 1000;
const valueBytes = 64 << 20;

/** The document's store of validation data; undefined if it has none. Values that cannot be read are left out. */
export function readSecurityStore(pdf: PdfDocument): SecurityStore | undefined {
  const store = pdf.lookupDict(pdf.catalog, 'DSS');
  if (store === undefined) return undefined;
  return {
    certificates: streamsAt(pdf, store, 'Certs'),
    crls: streamsAt(pdf, store, 'CRLs'),
    ocspResponses: streamsAt(pdf, store, 'OCSPs'),
  };
}

function streamsAt(pdf: PdfDocument, store: PdfDict, key: string): Uint8Array[] {
  return readStoredValues(pdf, store, key).map(({ bytes }) => bytes);
}

/** The values of one list of a store with the objects that hold them. */
export function readStoredValues(
  pdf: PdfDocument,
  store: PdfDict,
  key: string,
): readonly { readonly ref: PdfRef; readonly bytes: Uint8Array }[] {
  const items = pdf.lookupArray(store, key)?.items.slice(0, valueLimit) ?? [];
  return items.flatMap((ref) => {
    try {
      const stream = pdf.resolve(ref);
      // A stream is always an object of its own (ISO 32000-2 §7.3.8.1), so what leads to it is a reference.
      if (!(ref instanceof PdfRef && stream instanceof PdfStream)) return [];
      return [{ ref, bytes: pdf.decode(stream, valueBytes) }];
    } catch (error) {
      if (isSignetError(error)) return [];
      throw error;
    }
  });
}
