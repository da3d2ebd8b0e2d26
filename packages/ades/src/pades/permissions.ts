// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { PdfDict, type PdfDocument, PdfName, PdfString, type PdfValue } from '@signet/documents/pdf';
import { fieldText, fieldTreeNodes } from './field-tree.ts';

/**
 * What may still be done to a document (ISO 32000-2 table 257): 1 nothing, 2 forms are filled in and signed, 3 comments
 * too. Validation data and document time-stamps may be added at each (§12.8.2.2, as amended in 2024).
 */
export type DocMdpPermission = 1 | 2 | 3;

/** Fields that a signature locks (ISO 32000-2 tables 236 and 259). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  /** Fully qualified names that `Include` and `Exclude` mean. */
  readonly fields: readonly string[];
}

/** The transforms of a signature: what it lets happen to the document afterwards. */
export interface SignaturePermissions {
  /** Set by a certification signature, or by the lock of a signed field. */
  readonly docMdp: DocMdpPermission | undefined;
  readonly fieldMdp: FieldLock | undefined;
}

/**
 * Refuses what cannot take a further signature: an XFA form, whose viewer rebuilds the fields from the XML and drops
 * ours (static ones too: their packet would contradict the field), and a document that a signature has closed.
 *
 * @throws SignetError `ades.xfa`, `ades.certified-no-changes`
 */
export function refuseWhatForbidsSigning(pdf: PdfDocument): void {
  refuseXfa(pdf);
  const field = closedBy(pdf);
  if (field !== undefined) throw new SignetError('ades.certified-no-changes', { field });
}

/**
 * Refuses what cannot take validation data and document time-stamps. ISO 32000-2 as amended in 2024 allows them even
 * where a certification allows nothing else, but Acrobat then calls the certification broken: so the contradictory wish
 * is refused before a time-stamp is spent on it.
 *
 * @throws SignetError `ades.xfa`, `ades.certified-no-augmentation`
 */
export function refuseWhatForbidsAugmentation(pdf: PdfDocument): void {
  refuseXfa(pdf);
  const field = closedBy(pdf);
  if (field !== undefined) throw new SignetError('ades.certified-no-augmentation', { field });
}

function refuseXfa(pdf: PdfDocument): void {
  const form = pdf.acroForm;
  if (form !== undefined && pdf.lookup(form, 'XFA') !== undefined) throw new SignetError('ades.xfa');
}

/** The field whose signature lets nothing happen to the document any more; undefined if there is none. */
function closedBy(pdf: PdfDocument): string | undefined {
  const certification = certificationOf(pdf);
  if (certification !== undefined && signaturePermissions(pdf, certification).docMdp === 1) {
    return 'of its certification';
  }
  for (const { dict, type, name, value } of fieldTreeNodes(pdf)) {
    if (type !== 'Sig' || value === undefined) continue;
    const signature = pdf.resolve(value);
    if (!(signature instanceof PdfDict)) continue;
    if (signaturePermissions(pdf, signature, dict).docMdp === 1) return name;
  }
  return undefined;
}

/** The signature dictionary that certifies the document: the catalog's /Perms /DocMDP (§12.8.6). */
export function certificationOf(pdf: PdfDocument): PdfDict | undefined {
  const permissions = pdf.lookupDict(pdf.catalog, 'Perms');
  return permissions === undefined ? undefined : pdf.lookupDict(permissions, 'DocMDP');
}

/**
 * The transforms of a signature dictionary's /Reference, and the /Lock of its field (which binds once the field is
 * signed, §12.7.5.5). Of two permissions the narrower one counts.
 */
export function signaturePermissions(
  pdf: PdfDocument,
  signature: PdfDict,
  field?: PdfDict,
): SignaturePermissions {
  let docMdp: DocMdpPermission | undefined;
  let fieldMdp: FieldLock | undefined;
  const narrow = (permission: DocMdpPermission | undefined) => {
    if (permission !== undefined && (docMdp === undefined || permission < docMdp)) docMdp = permission;
  };
  for (const item of pdf.lookupArray(signature, 'Reference')?.items ?? []) {
    const reference = pdf.resolve(item);
    if (!(reference instanceof PdfDict)) continue;
    const method = pdf.lookup(reference, 'TransformMethod');
    const parameters = pdf.lookupDict(reference, 'TransformParams') ?? PdfDict.of({});
    if (!(method instanceof PdfName)) continue;
    if (method.text === 'DocMDP') narrow(permissionAt(pdf, parameters) ?? 2);
    if (method.text === 'FieldMDP') {
      narrow(permissionAt(pdf, parameters));
      fieldMdp = fieldLock(pdf, parameters);
    }
  }
  const lock = field === undefined ? undefined : pdf.lookupDict(field, 'Lock');
  if (lock !== undefined) {
    narrow(permissionAt(pdf, lock));
    fieldMdp ??= fieldLock(pdf, lock);
  }
  return { docMdp, fieldMdp };
}

function permissionAt(pdf: PdfDocument, dict: PdfDict): DocMdpPermission | undefined {
  const value = pdf.lookup(dict, 'P');
  return value === 1 || value === 2 || value === 3 ? value : undefined;
}

function fieldLock(pdf: PdfDocument, parameters: PdfDict): FieldLock {
  const action = pdf.lookup(parameters, 'Action');
  const fields = pdf.lookupArray(parameters, 'Fields')?.items ?? [];
  return {
    action: isLockAction(action) ? action.text : 'All',
    fields: fields
      .map((item) => pdf.resolve(item))
      .flatMap((item) => (item instanceof PdfString ? [fieldText(item.bytes)] : [])),
  };
}

function isLockAction(
  value: PdfValue | undefined,
): value is PdfName & { readonly text: FieldLock['action'] } {
  return value instanceof PdfName && ['All', 'Include', 'Exclude'].includes(value.text);
}

/** Whether a lock holds a field, or (names being hierarchical) one of its ancestors. */
export function locks(lock: FieldLock, fieldName: string): boolean {
  if (lock.action === 'All') return true;
  const listed = lock.fields.some((name) => fieldName === name || fieldName.startsWith(`${name}.`));
  return listed === (lock.action === 'Include');
}
