// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from './byte-writer.ts';
import { characterClass, delimiter, whitespace } from './characters.ts';
import {
  PdfArray,
  PdfDict,
  type PdfEntry,
  PdfHole,
  PdfName,
  PdfRef,
  type PdfReserved,
  PdfStream,
  PdfString,
  type PdfValue,
} from './values.ts';

/** Told where in the written bytes a placeholder came to lie. */
export type PlaceholderSink = (placeholder: PdfHole | PdfReserved, at: number, length: number) => void;

const zero = 0x30;
const blank = 0x20;

/**
 * Writes a value as ISO 32000-2 §7.3 has it and ISO 19005 wants it: hexadecimal strings of even length, no comments of
 * our own. What was read and not changed is written back byte for byte.
 *
 * @throws TypeError for a number that PDF cannot express and for a stream that is not an indirect object
 */
export function writeValue(out: ByteWriter, value: PdfValue, onPlaceholder?: PlaceholderSink): void {
  if (value === null) out.latin1('null');
  else if (typeof value === 'boolean') out.latin1(value ? 'true' : 'false');
  else if (typeof value === 'number') out.latin1(formatNumber(value));
  else if (value instanceof PdfName) out.latin1(formatName(value.text));
  else if (value instanceof PdfRef) out.latin1(`${value.num} ${value.gen} R`);
  else if (value instanceof PdfString) writeString(out, value);
  else if (value instanceof PdfDict) writeDict(out, value, onPlaceholder);
  else if (value instanceof PdfArray) writeArray(out, value, onPlaceholder);
  else if (value instanceof PdfStream) throw new TypeError('a stream is written as an indirect object only');
  else writePlaceholder(out, value, onPlaceholder);
}

/** The bytes of one value; for placeholders filled later and for tests. */
export function serializeValue(value: PdfValue): Buffer {
  const out = new ByteWriter(256);
  writeValue(out, value);
  return out.done();
}

/** Whether an entry can be copied from where it was read instead of being spelled anew. */
function isVerbatim(entry: PdfEntry): entry is PdfEntry & { source: Uint8Array } {
  return entry.source !== undefined && entry.start >= 0;
}

function writeDict(out: ByteWriter, dict: PdfDict, onPlaceholder: PlaceholderSink | undefined): void {
  out.latin1('<<');
  for (const entry of dict.entries) {
    if (isVerbatim(entry)) {
      out.bytes(entry.source, entry.start, entry.end);
    } else {
      out.latin1(formatName(entry.key));
      if (!beginsWithDelimiter(entry.value)) out.fill(blank, 1);
      writeValue(out, entry.value, onPlaceholder);
    }
    out.fill(0x0a, 1);
  }
  out.latin1('>>');
}

function writeArray(out: ByteWriter, array: PdfArray, onPlaceholder: PlaceholderSink | undefined): void {
  const { items, source, spans } = array;
  out.latin1('[');
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out.fill(blank, 1);
    const start = spans[2 * i] ?? -1;
    if (source !== undefined && start >= 0) out.bytes(source, start, spans[2 * i + 1]!);
    else writeValue(out, items[i]!, onPlaceholder);
  }
  out.latin1(']');
}

function beginsWithDelimiter(value: PdfValue): boolean {
  return (
    value instanceof PdfName ||
    value instanceof PdfString ||
    value instanceof PdfArray ||
    value instanceof PdfDict ||
    value instanceof PdfHole
  );
}

function writePlaceholder(
  out: ByteWriter,
  placeholder: PdfHole | PdfReserved,
  onPlaceholder: PlaceholderSink | undefined,
): void {
  const at = out.length;
  if (placeholder instanceof PdfHole) {
    out.latin1('<');
    out.fill(zero, 2 * placeholder.bytes);
    out.latin1('>');
  } else {
    out.fill(blank, placeholder.width);
  }
  onPlaceholder?.(placeholder, at, out.length - at);
}

function writeString(out: ByteWriter, string: PdfString): void {
  const { bytes } = string;
  if (string.hex) {
    out.latin1('<');
    out.latin1(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').toUpperCase());
    out.latin1('>');
    return;
  }
  out.latin1('(');
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const escaped = escapeOf(bytes[at]!);
    if (escaped === undefined) continue;
    out.bytes(bytes, from, at);
    out.latin1(escaped);
    from = at + 1;
  }
  out.bytes(bytes, from);
  out.latin1(')');
}

/** How a byte must be escaped in a literal string: its delimiters, and line ends, which a reader would normalise. */
function escapeOf(byte: number): string | undefined {
  switch (byte) {
    case 0x28:
      return '\\(';
    case 0x29:
      return '\\)';
    case 0x5c:
      return '\\\\';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
  }
  return undefined;
}

const formattedNames = new Map<string, string>();
const formattedNamesKept = 1024;

/** A name with its solidus; everything that is not a regular printable character as `#xx` (§7.3.5). */
export function formatName(text: string): string {
  let formatted = formattedNames.get(text);
  if (formatted === undefined) {
    formatted = '/';
    for (let i = 0; i < text.length; i++) formatted += formatNameCharacter(text.charCodeAt(i));
    if (formattedNames.size < formattedNamesKept) formattedNames.set(text, formatted);
  }
  return formatted;
}

function formatNameCharacter(code: number): string {
  if (code > 255) throw new TypeError('a name has a character that is not a byte');
  const kind = characterClass[code];
  const plain = code > 0x20 && code < 0x7f && code !== 0x23 && kind !== delimiter && kind !== whitespace;
  return plain ? String.fromCharCode(code) : `#${code.toString(16).padStart(2, '0').toUpperCase()}`;
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a number in a PDF is finite');
  const text = String(value);
  if (!text.includes('e')) return text;
  if (Number.isInteger(value)) return BigInt(value).toString();
  return value.toFixed(20).replace(/0+$/, '').replace(/\.$/, '');
}
