// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** What a generated PDF is like. The same options always give the same bytes. */
export interface PdfFileOptions {
  /** Default 1. */
  readonly pages?: number;
  /** At least so many objects; the rest are graphics states and forms in the first page's resources. Default 12. */
  readonly objects?: number;
  /** Exact size of the file; default whatever it takes. It must leave room for the objects (about 120 bytes each). */
  readonly bytes?: number;
  /**
   * Cross-reference: a classic table, a stream with object streams, or a table whose XRefStm has what lies in object streams.
   * Default `table`.
   */
  readonly kind?: 'table' | 'stream' | 'hybrid';
  /** Whether the trailer has an /ID. Default true. */
  readonly id?: boolean;
  /** Whether there is a structure tree. Default false. */
  readonly tagged?: boolean;
  /** Whether there is an AcroForm with one text field on the first page. Default false. */
  readonly acroForm?: boolean;
  /** Name of an empty signature field on the first page; implies an AcroForm. */
  readonly signatureField?: string;
  /** Default `1.7`. */
  readonly version?: string;
}

interface Item {
  readonly text: string;
  /** Stream data; an item with data cannot go into an object stream. */
  readonly data?: Buffer;
  /** Whether a hybrid file hides it in an object stream. */
  readonly hidden?: boolean;
}

const pagesOfNode = 50;
const objectsOfStream = 100;
/** Longest comment that brings a file to its exact size. */
const mostPadding = 400;

/** A valid PDF, made without any of the code that it is to test. */
export function makePdf(options: PdfFileOptions = {}): Buffer {
  const { bytes } = options;
  if (bytes === undefined) return lay(options, 0, 0);
  const bare = lay(options, 0, 0).length;
  if (bytes < bare) throw new RangeError(`a PDF with these objects takes at least ${bare} bytes`);
  let payload = Math.max(0, bytes - bare - mostPadding / 2);
  // Lengths and offsets get more digits as the payload grows: come near first, then pad where nothing else moves.
  for (let round = 0; round < 10; round++) {
    const gap = bytes - lay(options, payload, 0).length;
    if (gap === 0 || (gap >= 2 && gap <= mostPadding)) return lay(options, payload, gap);
    payload = Math.max(0, payload + gap - mostPadding / 2);
  }
  throw new RangeError(`no PDF of exactly ${bytes} bytes came out`);
}

/** Items by number; the first is object 1, the catalog. */
function makeItems(options: PdfFileOptions, payload: number): { items: Item[]; info: number } {
  const { pages = 1, objects = 12, tagged = false } = options;
  const items: Item[] = [];
  const add = (item: Item): number => items.push(item);
  const reserve = (): number => add({ text: 'null' });
  const catalog = reserve();
  const info = add({ text: '<< /Producer (testkit) /Title (A test file) >>' });
  const font = add({
    text: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  });
  const pageNumbers = Array.from({ length: pages }, reserve);
  const contents = pageNumbers.map((_, i) => add(pageContent(i, tagged)));
  const root = addPageTree(items, pageNumbers);
  const structure = tagged ? addStructure(items, pageNumbers) : undefined;
  const form = addForm(items, options, { font, page: pageNumbers[0]! });
  const resources = addFillers(items, Math.max(0, objects - items.length - 2), payload);
  pageNumbers.forEach((num, i) => {
    const extra = i === 0 ? resources : '';
    const annots = i === 0 && form.widgets.length > 0 ? ` /Annots [${form.widgets.map(ref).join(' ')}]` : '';
    const tags = tagged ? ` /StructParents ${i} /Tabs /S` : '';
    items[num - 1] = {
      text:
        `<< /Type /Page /Parent ${ref(root.parents[i]!)} /MediaBox [0 0 595 842] /Contents ${ref(contents[i]!)} ` +
        `/Resources << /Font << /F1 ${ref(font)} >>${extra} >>${annots}${tags} >>`,
    };
  });
  const marks =
    structure === undefined
      ? ''
      : ` /MarkInfo << /Marked true >> /StructTreeRoot ${ref(structure)} /Lang (en)`;
  const acroForm = form.ref === undefined ? '' : ` /AcroForm ${ref(form.ref)}`;
  items[catalog - 1] = { text: `<< /Type /Catalog /Pages ${ref(root.num)}${marks}${acroForm} >>` };
  return { items, info };
}

function pageContent(index: number, tagged: boolean): Item {
  const text = `BT /F1 18 Tf 72 720 Td (Page ${index + 1}) Tj ET`;
  const data = Buffer.from(tagged ? `/P << /MCID 0 >> BDC\n${text}\nEMC\n` : `${text}\n`, 'latin1');
  return { text: '<< >>', data };
}

/** A balanced tree; gives its root and each page's parent. */
function addPageTree(items: Item[], pages: readonly number[]): { num: number; parents: number[] } {
  let level = pages.map((num, i) => ({ num, first: i, count: 1 }));
  const parents: number[] = new Array(pages.length).fill(0);
  const parentOf = new Map<number, number>();
  const nodes: { num: number; text: string }[] = [];
  for (let depth = 0; depth === 0 || level.length > 1; depth++) {
    const next: typeof level = [];
    for (let from = 0; from < level.length; from += pagesOfNode) {
      const kids = level.slice(from, from + pagesOfNode);
      const num = items.push({ text: 'null' });
      const count = kids.reduce((sum, kid) => sum + kid.count, 0);
      for (const kid of kids) {
        if (depth === 0) parents[kid.first] = num;
        else parentOf.set(kid.num, num);
      }
      nodes.push({
        num,
        text: `/Type /Pages /Kids [${kids.map((kid) => ref(kid.num)).join(' ')}] /Count ${count}`,
      });
      next.push({ num, first: kids[0]!.first, count });
    }
    level = next;
  }
  for (const { num, text } of nodes) {
    const parent = parentOf.get(num);
    items[num - 1] = { text: `<< ${text}${parent === undefined ? '' : ` /Parent ${ref(parent)}`} >>` };
  }
  return { num: level[0]!.num, parents };
}

function addStructure(items: Item[], pages: readonly number[]): number {
  const treeRoot = items.push({ text: 'null' });
  const document = items.push({ text: 'null' });
  const elements = pages.map((page) =>
    items.push({
      text: `<< /Type /StructElem /S /P /P ${ref(document)} /Pg ${ref(page)} /K 0 >>`,
      hidden: true,
    }),
  );
  const parentTree = items.push({
    text: `<< /Nums [${elements.map((num, i) => `${i} [${ref(num)}]`).join(' ')}] >>`,
  });
  items[document - 1] = {
    text: `<< /Type /StructElem /S /Document /P ${ref(treeRoot)} /K [${elements.map(ref).join(' ')}] >>`,
  };
  items[treeRoot - 1] = {
    text: `<< /Type /StructTreeRoot /K ${ref(document)} /ParentTree ${ref(parentTree)} /ParentTreeNextKey ${pages.length} >>`,
  };
  return treeRoot;
}

function addForm(
  items: Item[],
  options: PdfFileOptions,
  at: { readonly font: number; readonly page: number },
): { ref: number | undefined; widgets: number[] } {
  const widgets: number[] = [];
  const widget = `/Type /Annot /Subtype /Widget /F 4 /P ${ref(at.page)}`;
  if (options.acroForm) {
    const look = items.push({
      text: '<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] >>',
      data: Buffer.from('/Tx BMC EMC\n'),
    });
    const text = `<< ${widget} /FT /Tx /T (Name) /DA (/F1 10 Tf 0 g) /Rect [72 600 272 620] /AP << /N ${ref(look)} >> >>`;
    widgets.push(items.push({ text }));
  }
  if (options.signatureField !== undefined) {
    widgets.push(
      items.push({ text: `<< ${widget} /FT /Sig /T (${options.signatureField}) /Rect [0 0 0 0] >>` }),
    );
  }
  if (widgets.length === 0) return { ref: undefined, widgets };
  const fields = `/Fields [${widgets.map(ref).join(' ')}] /DA (/F1 10 Tf 0 g) /DR << /Font << /F1 ${ref(at.font)} >> >>`;
  return { ref: items.push({ text: `<< ${fields} >>` }), widgets };
}

/** Graphics states (which fit into object streams) and forms (which do not, and carry the payload) by turns. */
function addFillers(items: Item[], wanted: number, payload: number): string {
  const count = payload > 0 ? Math.max(wanted, 1) : wanted;
  const forms = Math.ceil(count / 2);
  const states: string[] = [];
  const objects: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 2 === 1) {
      states.push(
        `/G${i} ${ref(items.push({ text: `<< /Type /ExtGState /LW ${i % 9}.5 /SA true >>`, hidden: true }))}`,
      );
      continue;
    }
    const form = i / 2;
    const size = Math.floor((payload * (form + 1)) / forms) - Math.floor((payload * form) / forms);
    const text = '<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] >>';
    objects.push(`/X${i} ${ref(items.push({ text, data: comment(size, i) }))}`);
  }
  if (count === 0) return '';
  const stateList = items.push({ text: `<< ${states.join(' ')} >>` });
  const objectList = items.push({ text: `<< ${objects.join(' ')} >>` });
  return ` /ExtGState ${ref(stateList)} /XObject ${ref(objectList)}`;
}

/** Content that paints nothing and does not compress well: comment lines of digits from a small generator. */
function comment(size: number, seed: number): Buffer {
  const data = Buffer.alloc(size);
  let state = (seed + 1) * 2654435761;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = i % 72 === 0 ? 0x25 : i % 72 === 71 ? 0x0a : 0x30 + ((state >>> 16) & 0x3f);
  }
  return data;
}

function ref(num: number): string {
  return `${num} 0 R`;
}

type Entry =
  | { type: 0; next: number }
  | { type: 1; offset: number }
  | { type: 2; container: number; index: number };

function lay(options: PdfFileOptions, payload: number, padding: number): Buffer {
  const { kind = 'table', version = '1.7' } = options;
  const { items, info } = makeItems(options, payload);
  const out = new Output(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`);
  const entries: Entry[] = [{ type: 0, next: 0 }];
  const packed: number[] = [];
  items.forEach((item, i) => {
    const num = i + 1;
    if (item.data === undefined && (kind === 'stream' || (kind === 'hybrid' && item.hidden)))
      packed.push(num);
    else entries[num] = out.object(num, item);
  });
  for (let from = 0; from < packed.length; from += objectsOfStream) {
    const nums = packed.slice(from, from + objectsOfStream);
    const container = entries.length > items.length ? entries.length : items.length + 1;
    nums.forEach((num, index) => {
      entries[num] = { type: 2, container, index };
    });
    entries[container] = out.object(container, objectStream(nums, items));
  }
  const id = `<${createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 32)}>`;
  const trailer = `/Root 1 0 R /Info ${ref(info)}${options.id === false ? '' : ` /ID [${id} ${id}]`}`;
  const start = writeCrossReference(out, kind, entries, trailer);
  const comment = padding > 0 ? `%${'.'.repeat(padding - 2)}\n` : '';
  out.text(`${comment}startxref\n${start}\n%%EOF\n`);
  return out.done();
}

function objectStream(nums: readonly number[], items: readonly Item[]): Item {
  let head = '';
  let body = '';
  for (const num of nums) {
    head += `${num} ${body.length} `;
    body += `${items[num - 1]!.text}\n`;
  }
  const data = deflateSync(Buffer.from(head + body, 'latin1'));
  return { text: `<< /Type /ObjStm /N ${nums.length} /First ${head.length} /Filter /FlateDecode >>`, data };
}

function writeCrossReference(
  out: Output,
  kind: 'table' | 'stream' | 'hybrid',
  entries: Entry[],
  trailer: string,
): number {
  let start = out.length;
  if (kind === 'stream') {
    const num = entries.length;
    entries.push({ type: 1, offset: start });
    out.object(num, xrefStream(entries, `/Size ${num + 1} ${trailer}`));
  } else {
    let supplement = '';
    if (kind === 'hybrid') {
      const num = entries.length;
      supplement = ` /XRefStm ${start}`;
      entries.push({ type: 1, offset: start });
      out.object(num, xrefStream(entries, `/Size ${num + 1} ${trailer}`));
      start = out.length;
    }
    const free = new Map<number, number>();
    let nextFree = 0;
    for (let num = entries.length - 1; num >= 0; num--) {
      if (entries[num]!.type === 1) continue;
      free.set(num, nextFree);
      nextFree = num;
    }
    const lines = entries.map((entry, num) => {
      if (entry.type === 1) return `${String(entry.offset).padStart(10, '0')} 00000 n\r\n`;
      return `${String(free.get(num)).padStart(10, '0')} ${num === 0 ? '65535' : '00000'} f\r\n`;
    });
    out.text(
      `xref\n0 ${entries.length}\n${lines.join('')}trailer\n<< /Size ${entries.length} ${trailer}${supplement} >>\n`,
    );
  }
  return start;
}

/** With Flate and the PNG predictor "up", as most producers write it. */
function xrefStream(entries: readonly Entry[], trailer: string): Item {
  const columns = 7;
  const rows = Buffer.alloc(entries.length * columns);
  entries.forEach((entry, i) => {
    rows[i * columns] = entry.type;
    rows.writeUInt32BE(
      entry.type === 0 ? entry.next : entry.type === 1 ? entry.offset : entry.container,
      i * columns + 1,
    );
    rows.writeUInt16BE(entry.type === 2 ? entry.index : i === 0 ? 65535 : 0, i * columns + 5);
  });
  const predicted = Buffer.alloc(entries.length * (columns + 1));
  for (let i = 0; i < entries.length; i++) {
    predicted[i * (columns + 1)] = 2;
    for (let k = 0; k < columns; k++) {
      const above = i === 0 ? 0 : rows[(i - 1) * columns + k]!;
      predicted[i * (columns + 1) + 1 + k] = rows[i * columns + k]! - above;
    }
  }
  const parms = `/DecodeParms << /Predictor 12 /Columns ${columns} >>`;
  return {
    text: `<< /Type /XRef /W [1 4 2] /Filter /FlateDecode ${parms} ${trailer} >>`,
    data: deflateSync(predicted),
  };
}

/** Collects the parts of a file and knows how long it is. */
class Output {
  readonly #parts: Buffer[] = [];
  length = 0;

  constructor(head: string) {
    this.text(head);
  }

  text(text: string): void {
    this.bytes(Buffer.from(text, 'latin1'));
  }

  bytes(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.length += bytes.length;
  }

  object(num: number, { text, data }: Item): Entry {
    const offset = this.length;
    if (data === undefined) {
      this.text(`${num} 0 obj\n${text}\nendobj\n`);
    } else {
      this.text(`${num} 0 obj\n${text.replace(/>>$/, `/Length ${data.length} >>`)}\nstream\n`);
      this.bytes(data);
      this.text('\nendstream\nendobj\n');
    }
    return { type: 1, offset };
  }

  done(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
