// SPDX-License-Identifier: Apache-2.0
import { PdfArray, PdfDict, type PdfDocument, PdfRef, type PdfValue } from '@signet/documents/pdf';
import { type ChangedObject, visitReferences } from './changed-objects.ts';
import type { ChangeKind, DocumentChange } from './document-change.ts';
import { differingKeys, sameValue } from './equality.ts';
import { type FieldNode, fieldTreeNodes } from './field-tree.ts';
import { formChange, isSigned } from './form-change.ts';
import { locks, type SignaturePermissions } from './permissions.ts';

/** Keys of a field whose values, with all that only they lead to, may change when it is filled in. */
const fillingKeys = ['V', 'RV', 'AP'];

/** Keys of the catalog whose values may change, with all that only they lead to. */
const openCatalogKeys: Readonly<Record<string, ChangeKind>> = {
  DSS: 'validation-data',
  Extensions: 'validation-data',
  Version: 'validation-data',
  Metadata: 'metadata',
};

/**
 * One comparison of a document before and after later revisions. It walks, from the trailer on, everything that the earlier
 * state reaches, except along the few edges where a change is allowed, and holds that it is as it was; what is new can then
 * be reached along those edges only. An object that is also used elsewhere (a field's appearance that is drawn by a page as
 * well) is found by the other way and has to be unchanged, and so is a number that was referred to before there was an
 * object.
 */
export class RevisionComparison {
  readonly #before: PdfDocument;
  readonly #after: PdfDocument;
  readonly #changed: ReadonlyMap<number, ChangedObject>;
  readonly #permissions: SignaturePermissions;
  readonly #changes: DocumentChange[] = [];
  readonly #fields = new Map<number, FieldNode>();
  /** Objects of signature fields that were added, with their widgets. */
  readonly #addedFields = new Set<number>();
  readonly #reached = new Set<number>();
  readonly #queue: number[] = [];

  constructor(
    before: PdfDocument,
    after: PdfDocument,
    changed: ReadonlyMap<number, ChangedObject>,
    permissions: SignaturePermissions,
  ) {
    this.#before = before;
    this.#after = after;
    this.#changed = changed;
    this.#permissions = permissions;
  }

  /** Tells a change that is not understood, and so not allowed. */
  undefinedChange(object: number, what: string): void {
    this.#tell('undefined', object, what);
  }

  /** Walks both states and gives the changes found. */
  run(): readonly DocumentChange[] {
    for (const node of fieldTreeNodes(this.#before))
      if (node.ref !== undefined) this.#fields.set(node.ref.num, node);
    this.#trailer();
    for (let num = this.#queue.pop(); num !== undefined; num = this.#queue.pop()) this.#object(num);
    return this.#changes;
  }

  #tell(kind: ChangeKind, object: number, what: string, allowed = this.#permits(kind)): void {
    this.#changes.push({ kind, allowed, object, what });
  }

  #permits(kind: ChangeKind): boolean {
    const permission = this.#permissions.docMdp ?? 2;
    if (kind === 'validation-data' || kind === 'metadata') return true;
    if (kind === 'signature' || kind === 'form') return permission >= 2;
    return kind === 'annotation' && permission === 3;
  }

  #follow(value: PdfValue | undefined): void {
    visitReferences(value, (num) => {
      if (this.#reached.has(num)) return;
      this.#reached.add(num);
      this.#queue.push(num);
    });
  }

  /** The catalog may be written anew under another number: what counts is what it says. */
  #trailer(): void {
    const [before, after] = [this.#before, this.#after];
    const [oldInfo, newInfo] = [before.trailer.get('Info'), after.trailer.get('Info')];
    if (!this.#unchangedAt(oldInfo, newInfo))
      this.#tell('metadata', 0, 'the document information was changed');
    this.#reached.add(before.catalogRef.num).add(after.catalogRef.num);
    this.#catalog();
  }

  /** Whether a value is the same, and the object it refers to as well. */
  #unchangedAt(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
    return sameValue(a ?? null, b ?? null) && !(a instanceof PdfRef && this.#changed.has(a.num));
  }

  #catalog(): void {
    const num = this.#after.catalogRef.num;
    const [before, after] = [this.#before.catalog, this.#after.catalog];
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(key), after.get(key)];
      const kind = openCatalogKeys[key];
      if (key === 'AcroForm') {
        this.#form();
      } else if (kind !== undefined) {
        if (!this.#unchangedAt(was, is)) this.#tell(kind, num, `/${key} of the catalog was changed`);
      } else if (key === 'Perms' && was === undefined) {
        this.#tell('signature', num, 'the document was certified after this signature');
      } else {
        if (!sameValue(was ?? null, is ?? null))
          this.undefinedChange(num, `/${key} of the catalog was changed`);
        this.#follow(was);
      }
    }
  }

  #form(): void {
    const change = formChange(this.#before, this.#after);
    for (const what of change.undefinedChanges) this.undefinedChange(change.object, what);
    for (const field of change.addedFields) {
      for (const num of field.objects) this.#addedFields.add(num);
      this.#tell(field.timeStamp ? 'validation-data' : 'signature', field.object, field.what);
    }
    for (const value of change.followed) this.#follow(value);
  }

  #object(num: number): void {
    const change = this.#changed.get(num);
    const before = change === undefined ? this.#before.object(num) : change.before;
    const after = change === undefined ? before : change.after;
    const field = this.#fields.get(num);
    if (field !== undefined && before instanceof PdfDict && after instanceof PdfDict) {
      this.#field(num, field, before, after);
    } else if (isPage(before) && isPage(after)) {
      this.#page(num, before, after);
    } else if (isComment(before) && (after === null || isComment(after))) {
      this.#comment(num, change, before);
    } else {
      if (change !== undefined)
        this.undefinedChange(num, `object ${num}${typeOf(before, after)} was changed`);
      this.#follow(before);
    }
  }

  #field(num: number, field: FieldNode, before: PdfDict, after: PdfDict): void {
    const keys = differingKeys(before, after);
    const lock = this.#permissions.fieldMdp;
    const open =
      this.#permits('form') &&
      !(lock !== undefined && locks(lock, field.name)) &&
      !isSigned(this.#before, field);
    const beyond = keys.filter((key) => !fieldFillingKeys(field).includes(key));
    if (beyond.length > 0)
      this.undefinedChange(num, `/${beyond[0]} of the field "${field.name}" was changed`);
    else if (keys.length > 0) {
      const kind = field.type === 'Sig' ? 'signature' : 'form';
      const verb = isSigned(this.#before, field) ? 'changed though it was signed' : 'filled in';
      this.#tell(kind, num, `the field "${field.name}" was ${verb}`, open);
    }
    for (const { key, value } of before.entries) {
      if (!(open && fillingKeys.includes(key))) this.#follow(value);
    }
  }

  #page(num: number, before: PdfDict, after: PdfDict): void {
    const beyond = differingKeys(before, after).find((key) => key !== 'Annots');
    if (beyond !== undefined) this.undefinedChange(num, `/${beyond} of a page was changed`);
    this.#annotations(
      num,
      this.#before.lookupArray(before, 'Annots'),
      this.#after.lookupArray(after, 'Annots'),
    );
    for (const { key, value } of before.entries) if (key !== 'Annots') this.#follow(value);
  }

  #annotations(page: number, before = new PdfArray([]), after = new PdfArray([])): void {
    let next = 0;
    for (const item of after.items) {
      if (next < before.length && sameValue(item, before.items[next])) next++;
      else this.#addedAnnotation(page, item);
    }
    if (next < before.length)
      this.undefinedChange(page, 'annotations of a page were removed or put in another order');
    for (const item of before.items) this.#follow(item);
  }

  #addedAnnotation(page: number, item: PdfValue): void {
    if (item instanceof PdfRef && this.#addedFields.has(item.num)) return;
    const annotation = this.#after.resolve(item);
    if (isComment(annotation)) this.#tell('annotation', page, 'an annotation was added to a page');
    else this.undefinedChange(page, 'a page got a widget that belongs to no new signature field');
  }

  #comment(num: number, change: ChangedObject | undefined, before: PdfDict): void {
    if (change !== undefined) this.#tell('annotation', num, 'an annotation was changed');
    if (this.#permits('annotation')) return;
    this.#follow(before);
  }
}

/** Keys of a field that filling it in, or signing it, may change. Flags may go with a signature's appearance only. */
function fieldFillingKeys(field: FieldNode): readonly string[] {
  const keys = [...fillingKeys, 'AS', 'I', 'M', 'DA', 'Q', 'Ff'];
  return field.type === 'Sig' ? [...keys, 'F', 'MK'] : keys;
}

function isPage(value: PdfValue): value is PdfDict {
  return value instanceof PdfDict && value.name('Type') === 'Page';
}

/** An annotation that is no widget (ISO 32000-2 table 171). */
function isComment(value: PdfValue): value is PdfDict {
  if (!(value instanceof PdfDict) || !value.has('Rect')) return false;
  const subtype = value.name('Subtype');
  return subtype !== undefined && subtype !== 'Widget';
}

function typeOf(before: PdfValue, after: PdfValue): string {
  const value = after ?? before;
  const dict =
    value instanceof PdfDict
      ? value
      : typeof value === 'object' && value !== null && 'dict' in value
        ? value.dict
        : undefined;
  const type = dict?.name('Type') ?? dict?.name('Subtype');
  return type === undefined ? '' : ` (${type})`;
}
