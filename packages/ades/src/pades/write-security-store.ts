// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { SignetError } from '@signet/base';
import {
  IncrementalUpdate,
  name,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfRef,
  PdfStream,
} from '@signet/documents/pdf';
import { withItems } from './append-to-list.ts';
import { refuseWhatForbidsAugmentation } from './permissions.ts';
import { refuseDamage } from './prepare-revision.ts';
import { readStoredValues, type SecurityStore } from './security-store.ts';

/** How validation data are stored. */
export interface SecurityStoreOptions {
  /**
   * The whole /Contents (padding too) of signatures for which a VRI dictionary is wanted as well, which lists the same
   * values for each. Default none: EN 319 142-1 leaves VRI optional, readers look through the store as a whole, and what
   * is listed twice can contradict itself. Some older readers look nowhere else.
   */
  readonly vriFor?: readonly Uint8Array[];
}

/** Where a store keeps values of one kind, and by which key a VRI dictionary lists them. */
const kinds = {
  certificates: { list: 'Certs', vri: 'Cert' },
  ocspResponses: { list: 'OCSPs', vri: 'OCSP' },
  crls: { list: 'CRLs', vri: 'CRL' },
} as const;

/**
 * Adds validation data to the document's security store as one incremental update (DSS, EN 319 142-1 §5.4.2, ISO 32000-2
 * §12.8.4.3). Values that are there already are referred to and not repeated; lists grow, nothing is rewritten.
 *
 * @returns the bytes that follow the document's own; empty if it holds everything
 * @throws SignetError `ades.certified-no-augmentation`, `ades.xfa`, `ades.store-unusable`, `pdf.*`
 */
export function appendSecurityStore(
  pdf: PdfDocument,
  data: SecurityStore,
  options: SecurityStoreOptions = {},
): Uint8Array {
  refuseDamage(pdf);
  refuseWhatForbidsAugmentation(pdf);
  refuseUnusableStore(pdf);
  const entry = pdf.catalog.get('DSS');
  const was = pdf.lookupDict(pdf.catalog, 'DSS') ?? PdfDict.of({ Type: name('DSS') });
  const update = new IncrementalUpdate(pdf);
  const { store, references, added } = withValues(update, was, data);
  const vriFor = options.vriFor ?? [];
  if (added === 0 && vriFor.length === 0) return new Uint8Array();
  const changed = vriFor.length === 0 ? store : withVri(update, store, references, vriFor);
  putStore(update, entry, changed);
  return update.serialize().bytes;
}

/**
 * Refuses a document whose security store is something else than the standard says, so that nothing can be added to it.
 *
 * @throws SignetError `ades.store-unusable`
 */
export function refuseUnusableStore(pdf: PdfDocument): void {
  const store = pdf.lookup(pdf.catalog, 'DSS');
  if (store === undefined) return;
  if (!(store instanceof PdfDict)) throw unusable('/DSS is no dictionary');
  for (const { list } of Object.values(kinds)) {
    if (!(pdf.lookup(store, list) === undefined || pdf.lookupArray(store, list)))
      throw unusable(`/${list} is no array`);
  }
  if (!(pdf.lookup(store, 'VRI') === undefined || pdf.lookupDict(store, 'VRI')))
    throw unusable('/VRI is no dictionary');
}

type References = Readonly<Record<keyof SecurityStore, readonly PdfRef[]>>;

function withValues(
  update: IncrementalUpdate,
  store: PdfDict,
  data: SecurityStore,
): { readonly store: PdfDict; readonly references: References; readonly added: number } {
  const references: Record<keyof SecurityStore, PdfRef[]> = { certificates: [], ocspResponses: [], crls: [] };
  let changed = store;
  let added = 0;
  for (const kind of Object.keys(kinds) as (keyof SecurityStore)[]) {
    const { list } = kinds[kind];
    const known = new Map(
      readStoredValues(update.document, store, list).map(({ ref, bytes }) => [keyOf(bytes), ref]),
    );
    for (const bytes of data[kind]) {
      const ref = known.get(keyOf(bytes)) ?? update.add(PdfStream.of(PdfDict.of({}), bytes));
      if (!known.has(keyOf(bytes))) added += 1;
      known.set(keyOf(bytes), ref);
      if (!references[kind].some((each) => each.equals(ref))) references[kind].push(ref);
    }
    if (references[kind].length > 0) changed = withItems(update, changed, list, references[kind]) ?? changed;
  }
  return { store: changed, references, added };
}

/** Key of a VRI dictionary: upper-case SHA-1 of the signature's /Contents (ISO 32000-2 table 261). It names, it proves nothing. */
function withVri(
  update: IncrementalUpdate,
  store: PdfDict,
  references: References,
  signatures: readonly Uint8Array[],
): PdfDict {
  const entry = store.get('VRI');
  const was = update.document.lookupDict(store, 'VRI') ?? PdfDict.of({});
  const lists = Object.entries(kinds).map(([kind, { vri }]) => {
    const refs = references[kind as keyof SecurityStore];
    return [vri, refs.length === 0 ? undefined : new PdfArray(refs)] as const;
  });
  const related = update.add(PdfDict.of({ Type: name('VRI'), ...Object.fromEntries(lists) }));
  const keys = signatures.map((contents) => createHash('sha1').update(contents).digest('hex').toUpperCase());
  const changed = was.with(Object.fromEntries(keys.map((key) => [key, related])));
  if (!(entry instanceof PdfRef)) return store.with({ VRI: changed });
  update.put(entry, changed);
  return store;
}

function putStore(update: IncrementalUpdate, entry: unknown, store: PdfDict): void {
  const { catalogRef, catalog } = update.document;
  const extensions = withExtension(update.document);
  const announced = extensions === undefined ? catalog : catalog.with({ Extensions: extensions });
  if (entry instanceof PdfRef) {
    update.put(entry, store);
    if (announced !== catalog) update.put(catalogRef, announced);
  } else {
    const placed = entry === undefined || entry === null ? update.add(store) : store;
    update.put(catalogRef, announced.with({ DSS: placed }));
  }
}

/**
 * Before PDF 2.0 the store is an extension that the catalog announces (EN 319 142-1 §5.6: prefix ESIC).
 *
 * @returns the /Extensions to set; undefined if nothing needs to be announced
 */
function withExtension(pdf: PdfDocument): PdfDict | undefined {
  if (Number(pdf.version) >= 2) return undefined;
  const entry = pdf.catalog.get('Extensions');
  const was = pdf.resolve(entry);
  // One in an object of its own is another writer's: it stays.
  if (entry instanceof PdfRef || !(was === null || was instanceof PdfDict) || was?.has('ESIC'))
    return undefined;
  const own = PdfDict.of({ BaseVersion: name('1.7'), ExtensionLevel: 1 });
  return (was ?? PdfDict.of({})).with({ ESIC: own });
}

function keyOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function unusable(reason: string): SignetError {
  return new SignetError('ades.store-unusable', { reason });
}
