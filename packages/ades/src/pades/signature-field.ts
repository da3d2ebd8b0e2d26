// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import {
  type IncrementalUpdate,
  name,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfRef,
  PdfStream,
  textString,
} from '@signet/documents/pdf';
import { withItems } from './append-to-list.ts';
import { fieldTreeNodes } from './field-tree.ts';

/**
 * /F of the widget: Print and Locked. PDF/A demands Print and forbids Hidden, Invisible and NoView (ISO 19005-1 §6.5.3,
 * -2 §6.3.2); Locked keeps editors from moving it.
 */
const printAndLocked = 4 | 128;

/** /SigFlags: SignaturesExist and AppendOnly (ISO 32000-2 table 225). */
const signaturesExistAppendOnly = 3;

/**
 * Adds an invisible signature field, merged with its widget, to the first page and to the form, which is made if the
 * document has none. Each list is changed where it is: in its own object, or in the one that holds it.
 *
 * @param value the signature dictionary, an object of this update
 * @param prefix what the name of the field begins with
 * @returns the name of the field, which no other field of the document has
 * @throws SignetError `ades.form-unusable`, `pdf.page-tree`
 */
export function addSignatureField(
  update: IncrementalUpdate,
  value: PdfRef,
  prefix: 'Signature' | 'Timestamp',
): string {
  const pdf = update.document;
  const page = pdf.pages.at(0);
  const fieldName = unusedName(pdf, prefix);
  const appearance = prefix === 'Timestamp' ? knownEmptyAppearance(pdf) : undefined;
  const field = update.add(
    PdfDict.of({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: textString(fieldName),
      V: value,
      F: printAndLocked,
      Rect: new PdfArray([0, 0, 0, 0]),
      P: page.ref,
      AP: PdfDict.of({ N: appearance ?? update.add(emptyAppearance()) }),
    }),
  );
  const annotated = withItems(update, page.dict, 'Annots', [field]);
  if (annotated !== undefined) update.put(page.ref, annotated);
  addToForm(update, field);
  return fieldName;
}

/** Nothing to see: but PDF/A-1 wants an appearance of every form field, however small (ISO 19005-1 §6.9). */
function emptyAppearance(): PdfStream {
  const box = new PdfArray([0, 0, 0, 0]);
  const dict = { Type: name('XObject'), Subtype: name('Form'), BBox: box, Resources: PdfDict.of({}) };
  return PdfStream.of(PdfDict.of(dict), new Uint8Array());
}

/**
 * The empty appearance of a field that is there. A time-stamp that brings none of its own adds a field and nothing else,
 * which is the change that readers allow even where a signature has locked all fields.
 */
function knownEmptyAppearance(pdf: PdfDocument): PdfRef | undefined {
  for (const { dict } of fieldTreeNodes(pdf)) {
    const appearance = pdf.lookupDict(dict, 'AP')?.get('N');
    if (!(appearance instanceof PdfRef)) continue;
    const stream = pdf.resolve(appearance);
    if (!(stream instanceof PdfStream) || stream.length > 0) continue;
    if (pdf.lookupArray(stream.dict, 'BBox')?.items.every((item) => item === 0)) return appearance;
  }
  return undefined;
}

function addToForm(update: IncrementalUpdate, field: PdfRef): void {
  const pdf = update.document;
  const catalog = pdf.catalog;
  const entry = catalog.get('AcroForm');
  const form = update.resolve(entry);
  if (form === null) {
    const made = PdfDict.of({ Fields: new PdfArray([field]), SigFlags: signaturesExistAppendOnly });
    update.put(pdf.catalogRef, catalog.with({ AcroForm: update.add(made) }));
    return;
  }
  if (!(form instanceof PdfDict)) throw unusable('its /AcroForm is no dictionary');
  const flags = update.resolve(form.get('SigFlags'));
  const listed = withItems(update, form, 'Fields', [field]) ?? form;
  const changed = listed.with({
    SigFlags: (typeof flags === 'number' ? flags : 0) | signaturesExistAppendOnly,
  });
  if (entry instanceof PdfRef) update.put(entry, changed);
  else update.put(pdf.catalogRef, catalog.with({ AcroForm: changed }));
}

/** `Signature1`, or the first number that is free. */
function unusedName(pdf: PdfDocument, prefix: string): string {
  const used = new Set<string>();
  for (const node of fieldTreeNodes(pdf)) used.add(node.name);
  for (let number = 1; ; number++) {
    if (!used.has(`${prefix}${number}`)) return `${prefix}${number}`;
  }
}

function unusable(reason: string): SignetError {
  return new SignetError('ades.form-unusable', { reason });
}
