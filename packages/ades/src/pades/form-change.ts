// SPDX-License-Identifier: Apache-2.0
import { PdfDict, type PdfDocument, PdfName, PdfRef, type PdfValue } from '@signet/documents/pdf';
import { sameValue } from './equality.ts';
import type { FieldNode } from './field-tree.ts';

/** A signature field that was added, signed or not. */
export interface AddedSignatureField {
  readonly object: number;
  /** Numbers of its own object and of its widgets'. */
  readonly objects: readonly number[];
  /** Whether it holds a document time-stamp. */
  readonly timeStamp: boolean;
  readonly what: string;
}

/** How two states of the interactive form (ISO 32000-2 §12.7.3) differ, fields aside that are in both. */
export interface FormChange {
  /** Number of the form's object, or of the catalog that holds it. */
  readonly object: number;
  readonly addedFields: readonly AddedSignatureField[];
  /** What is not understood, in words. */
  readonly undefinedChanges: readonly string[];
  /** Values that lead to objects which have to be as they were. */
  readonly followed: readonly PdfValue[];
}

/** Compares the forms of two states of a document. A form may be made, signature fields may be added to it. */
export function formChange(before: PdfDocument, after: PdfDocument): FormChange {
  const entry = after.catalog.get('AcroForm');
  const object = entry instanceof PdfRef ? entry.num : after.catalogRef.num;
  const was = before.acroForm ?? PdfDict.of({});
  const is = after.acroForm;
  if (is === undefined) {
    return { object, addedFields: [], undefinedChanges: ['the form was removed'], followed: [was] };
  }
  const addedFields: AddedSignatureField[] = [];
  const undefinedChanges: string[] = [];
  const followed: PdfValue[] = [];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(key), is.get(key)];
    if (key === 'Fields') {
      compareFields(before, after, { was, is, addedFields, undefinedChanges, followed });
    } else if (key === 'DR') {
      const fonts = defaultFonts(before, old);
      if (!addsOnly(before, after, fonts, defaultFonts(after, now))) {
        undefinedChanges.push('a default font of the form was changed');
      }
      followed.push(...leaves(before, fonts));
    } else if (!harmless(key, old, now)) {
      if (!sameValue(old ?? null, now ?? null)) undefinedChanges.push(`/${key} of the form was changed`);
      followed.push(old ?? null);
    }
  }
  return { object, addedFields, undefinedChanges, followed };
}

/** Whether a field holds a signature already: then nothing of it may change. */
export function isSigned(pdf: PdfDocument, field: FieldNode): boolean {
  return field.type === 'Sig' && pdf.resolve(field.value) instanceof PdfDict;
}

function harmless(key: string, was: PdfValue | undefined, is: PdfValue | undefined): boolean {
  if (key === 'SigFlags') return typeof is === 'number';
  if (key === 'NeedAppearances') return is !== true || was === true;
  return key === 'DA' && was === undefined;
}

function compareFields(
  before: PdfDocument,
  after: PdfDocument,
  form: {
    readonly was: PdfDict;
    readonly is: PdfDict;
    readonly addedFields: AddedSignatureField[];
    readonly undefinedChanges: string[];
    readonly followed: PdfValue[];
  },
): void {
  const old = before.lookupArray(form.was, 'Fields')?.items ?? [];
  const now = after.lookupArray(form.is, 'Fields')?.items ?? [];
  let next = 0;
  for (const item of now) {
    if (next < old.length && sameValue(item, old[next])) next++;
    else {
      const added = item instanceof PdfRef ? addedSignatureField(before, after, item) : undefined;
      if (added === undefined) form.undefinedChanges.push('a field that is no signature field was added');
      else form.addedFields.push(added);
    }
  }
  if (next < old.length) form.undefinedChanges.push('fields were removed or put in another order');
  form.followed.push(...old);
}

function addedSignatureField(
  before: PdfDocument,
  after: PdfDocument,
  ref: PdfRef,
): AddedSignatureField | undefined {
  const dict = after.resolve(ref);
  if (!(dict instanceof PdfDict) || !(after.lookup(dict, 'FT') instanceof PdfName)) return undefined;
  const kids = after.lookupArray(dict, 'Kids')?.items ?? [];
  const widgets = kids.map((kid) => after.resolve(kid));
  const parts = [dict, ...widgets];
  if (dict.name('FT') !== 'Sig' || !parts.every((part) => part instanceof PdfDict && isPassive(part)))
    return undefined;
  const valueRef = dict.get('V');
  // A field that shows a signature which was there passes an old signature off as a new one.
  if (valueRef instanceof PdfRef && before.resolve(valueRef) !== null) return undefined;
  const value = after.lookupDict(dict, 'V');
  const timeStamp = value?.name('SubFilter') === 'ETSI.RFC3161';
  const what = timeStamp
    ? 'a document time-stamp was added'
    : value
      ? 'a signature was added'
      : 'a signature field was added';
  const objects = [ref, ...kids].flatMap((item) => (item instanceof PdfRef ? [item.num] : []));
  return { object: ref.num, objects, timeStamp, what };
}

/** A widget without actions of its own. */
function isPassive(widget: PdfDict): boolean {
  return !widget.has('A') && !widget.has('AA');
}

/**
 * What of the form's default resources readers draw with, where they make a field's appearance themselves: the fonts.
 * Appearances that are there have resources of their own, and PDFBox puts those of its signatures here too.
 */
function defaultFonts(pdf: PdfDocument, resources: PdfValue | undefined): PdfValue | undefined {
  const dict = pdf.resolve(resources);
  return dict instanceof PdfDict ? dict.get('Font') : undefined;
}

/** Whether a dictionary only got further entries; what it leads to is followed apart. */
function addsOnly(
  before: PdfDocument,
  after: PdfDocument,
  was: PdfValue | undefined,
  is: PdfValue | undefined,
): boolean {
  const [old, now] = [before.resolve(was), after.resolve(is)];
  if (old === null) return true;
  if (!(old instanceof PdfDict && now instanceof PdfDict)) return sameValue(was ?? null, is ?? null);
  return old.keys().every((key) => {
    const value = old.get(key) ?? null;
    return before.resolve(value) === null || sameValue(value, now.get(key) ?? null);
  });
}

/** What a dictionary leads to: it may itself be written anew. */
function leaves(pdf: PdfDocument, value: PdfValue | undefined): readonly PdfValue[] {
  const dict = pdf.resolve(value);
  return dict instanceof PdfDict ? dict.entries.map((entry) => entry.value) : [value ?? null];
}
