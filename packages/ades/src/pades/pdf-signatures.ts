// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import { PdfDict, type PdfDocument, PdfName, PdfRef, PdfString } from '@signet/documents/pdf';
import { type Coverage, coverageOf } from './byte-range.ts';
import { type FieldNode, fieldText, fieldTreeNodes } from './field-tree.ts';
import { parsePdfDate } from './pdf-date.ts';
import { certificationOf, type SignaturePermissions, signaturePermissions } from './permissions.ts';

/** What kind of object fills a signature's /Contents, by /SubFilter (ISO 32000-2 table 260, EN 319 142-1 §5.4, §6). */
export type SignatureKind = 'cms' | 'cms-over-sha1' | 'document-time-stamp' | 'unsupported' | 'unknown';

/** A signed signature field, read but not verified. */
export interface PdfSignature {
  /** Fully qualified name of its field. */
  readonly fieldName: string;
  /** The signature dictionary (/V). */
  readonly dictionary: PdfDict;
  /** Number of the object that holds the dictionary. */
  readonly object: number;
  readonly kind: SignatureKind;
  /** /SubFilter; empty if there is none. */
  readonly subFilter: string;
  /** /M: when the signer says to have signed. */
  readonly claimedTime: Date | undefined;
  readonly reason: string | undefined;
  readonly location: string | undefined;
  readonly permissions: SignaturePermissions;
  /** What it covers, or why that is not sound. */
  readonly coverage: Coverage | SignetError;
}

const kinds: Readonly<Record<string, SignatureKind>> = {
  'ETSI.CAdES.detached': 'cms',
  'adbe.pkcs7.detached': 'cms',
  'adbe.pkcs7.sha1': 'cms-over-sha1',
  'ETSI.RFC3161': 'document-time-stamp',
  // The signature value without CMS, with SHA-1 alone: deprecated since PDF 2.0.
  'adbe.x509.rsa_sha1': 'unsupported',
};

/**
 * The signatures of a document, those that cover least first, which is the order in which sound ones were made. Nothing is
 * hashed and no CMS is read.
 *
 * @param limit more signatures than this are refused: each is a pass over the document
 * @throws SignetError `pdf.*`, `ades.form-unusable`, `ades.too-many-signatures`
 */
export function pdfSignatures(pdf: PdfDocument, limit = 64): readonly PdfSignature[] {
  const found: PdfSignature[] = [];
  const values = new Set<number>();
  for (const node of fieldTreeNodes(pdf)) {
    // A value that is inherited belongs to the ancestor, which was met before.
    const dictionary = node.type === 'Sig' && node.dict.has('V') ? pdf.resolve(node.value) : null;
    if (!(dictionary instanceof PdfDict)) continue;
    // Several fields may show the same signature: it is one.
    if (node.value instanceof PdfRef && values.size === values.add(node.value.num).size) continue;
    if (found.length >= limit) throw new SignetError('ades.too-many-signatures', { limit });
    found.push(readSignature(pdf, node, dictionary));
  }
  return withoutSharing(found).toSorted((a, b) => end(a) - end(b));
}

/** One /Contents is one signature: a second dictionary around it was put there to be taken for another one. */
function withoutSharing(signatures: readonly PdfSignature[]): readonly PdfSignature[] {
  const gaps = new Set<number>();
  return signatures.map((signature) => {
    if (!isCovered(signature)) return signature;
    const gap = signature.coverage.byteRange[1];
    if (!gaps.has(gap)) {
      gaps.add(gap);
      return signature;
    }
    const reason = 'another signature has the same /Contents';
    return { ...signature, coverage: new SignetError('ades.byte-range', { reason }) };
  });
}

/** Whether what a signature covers could be found. */
export function isCovered(
  signature: PdfSignature,
): signature is PdfSignature & { readonly coverage: Coverage } {
  return !isSignetError(signature.coverage);
}

function readSignature(pdf: PdfDocument, node: FieldNode, dictionary: PdfDict): PdfSignature {
  const text = (key: string) => {
    const value = pdf.lookup(dictionary, key);
    return value instanceof PdfString ? fieldText(value.bytes) : undefined;
  };
  const subFilter = pdf.lookup(dictionary, 'SubFilter');
  const subFilterName = subFilter instanceof PdfName ? subFilter.text : '';
  const claimed = text('M');
  const object = node.value instanceof PdfRef ? node.value.num : (node.ref?.num ?? 0);
  return {
    fieldName: node.name,
    dictionary,
    object,
    kind: kinds[subFilterName] ?? 'unknown',
    subFilter: subFilterName,
    claimedTime: claimed === undefined ? undefined : parsePdfDate(claimed),
    reason: text('Reason'),
    location: text('Location'),
    permissions: effectivePermissions(pdf, dictionary, node.dict),
    coverage: tryCoverage(pdf, dictionary, object),
  };
}

/** A signature without DocMDP is under that of the document's certification (ISO 32000-2 §12.8.2.2). */
function effectivePermissions(pdf: PdfDocument, dictionary: PdfDict, field: PdfDict): SignaturePermissions {
  const own = signaturePermissions(pdf, dictionary, field);
  const certification = own.docMdp === undefined ? certificationOf(pdf) : undefined;
  if (certification === undefined) return own;
  return { ...own, docMdp: signaturePermissions(pdf, certification).docMdp };
}

function tryCoverage(pdf: PdfDocument, dictionary: PdfDict, object: number): Coverage | SignetError {
  const place = pdf.place(object);
  const offset = place?.kind === 'offset' ? place.offset : undefined;
  try {
    return coverageOf(pdf, { dictionary, offset });
  } catch (error) {
    if (isSignetError(error)) return error;
    throw error;
  }
}

function end(signature: PdfSignature): number {
  if (!isCovered(signature)) return Number.POSITIVE_INFINITY;
  const [, , after, rest] = signature.coverage.byteRange;
  return after + rest;
}
