// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { PdfDict, type PdfDocument, PdfRef, PdfString, type PdfValue } from '@signet/documents/pdf';

/** A node of the tree of form fields (ISO 32000-2 §12.7.4). */
export interface FieldNode {
  /** The object that holds it; undefined for a direct one, which the standard does not allow but files have. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  /** Fully qualified name: the partial names from the root on, joined by periods (§12.7.4.2). */
  readonly name: string;
  /** /FT, own or inherited. */
  readonly type: string | undefined;
  /** /V, own or inherited, not resolved. */
  readonly value: PdfValue | undefined;
}

/** Deeper trees are refused: no form has them, and a chain of kids would else cost a stack. */
const maxDepth = 64;

/**
 * All nodes of the field tree, parents before their kids, each object once.
 *
 * @throws SignetError `ades.form-unusable` if the tree is deeper than 64 levels
 */
export function* fieldTreeNodes(pdf: PdfDocument): Generator<FieldNode> {
  const form = pdf.acroForm;
  if (form === undefined) return;
  const seen = new Set<number>();
  const root = { name: '', type: undefined, value: undefined };
  for (const item of pdf.lookupArray(form, 'Fields')?.items ?? [])
    yield* nodes(pdf, item, root, { seen, depth: 0 });
}

interface Walk {
  readonly seen: Set<number>;
  readonly depth: number;
}

function* nodes(
  pdf: PdfDocument,
  item: PdfValue,
  parent: Pick<FieldNode, 'name' | 'type' | 'value'>,
  { seen, depth }: Walk,
): Generator<FieldNode> {
  if (depth > maxDepth)
    throw new SignetError('ades.form-unusable', { reason: 'its fields are nested too deep' });
  const ref = item instanceof PdfRef ? item : undefined;
  if (ref !== undefined) {
    if (seen.has(ref.num)) return;
    seen.add(ref.num);
  }
  const dict = pdf.resolve(item);
  if (!(dict instanceof PdfDict)) return;
  const node = fieldNode(pdf, dict, ref, parent);
  yield node;
  for (const kid of pdf.lookupArray(dict, 'Kids')?.items ?? []) {
    yield* nodes(pdf, kid, node, { seen, depth: depth + 1 });
  }
}

function fieldNode(
  pdf: PdfDocument,
  dict: PdfDict,
  ref: PdfRef | undefined,
  parent: Pick<FieldNode, 'name' | 'type' | 'value'>,
): FieldNode {
  const partial = pdf.lookup(dict, 'T');
  const own = partial instanceof PdfString ? fieldText(partial.bytes) : undefined;
  const type = pdf.lookup(dict, 'FT');
  return {
    ref,
    dict,
    name: own === undefined ? parent.name : parent.name === '' ? own : `${parent.name}.${own}`,
    type:
      type !== undefined && type !== null && typeof type === 'object' && 'text' in type
        ? type.text
        : parent.type,
    value: dict.get('V') ?? parent.value,
  };
}

/** A text string's characters: UTF-16BE or UTF-8 by its mark, else the bytes as Latin-1, which serves as an identity. */
export function fieldText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return new TextDecoder('utf-16be').decode(buffer.subarray(2));
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) return buffer.toString('utf8', 3);
  return buffer.toString('latin1');
}
