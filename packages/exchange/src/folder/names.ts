// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';

/** Endings under which programs write what is not finished yet. */
const unfinished = /\.(tmp|temp|part|partial|filepart|crdownload|download|swp|lock)$/i;

/** What desktops leave behind in every folder they look into. */
const litter = /^(thumbs\.db|desktop\.ini)$/i;

/** The ending of the marker that says a file is complete. */
export const markerEnding = '.ready';

/** Whether a name in `in/` can be a document: not hidden, not temporary, not a marker. */
export function isDocumentName(name: string): boolean {
  if (name.startsWith('.') || name.startsWith('~') || name.endsWith('~')) return false;
  return !unfinished.test(name) && !litter.test(name) && !name.endsWith(markerEnding);
}

/** Whether a sub-directory of `in/` is looked into. */
export function isFolderName(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('~');
}

/** Whether a document is a batch: its content is checked by who unpacks it. */
export function isBatchName(path: string): boolean {
  return path.toLowerCase().endsWith('.zip');
}

/** Longest file name in bytes that every usual file system takes (NAME_MAX). */
const longestName = 255;

/**
 * The n-th name to try for a path: itself, then `name (2).pdf`, `name (3).pdf`, … The stem is cut where the name would
 * become too long for a file system.
 */
export function numbered(path: string, attempt: number): string {
  return attempt <= 1 ? path : withTail(path, ` (${attempt})`, true);
}

/** The path with something after its whole name: `a/b.pdf` + `.problem.txt`; the stem is cut where it must be. */
export function beside(path: string, tail: string): string {
  return withTail(path, tail, false);
}

function withTail(path: string, tail: string, keepEnding: boolean): string {
  const { dir, name, ext, base } = posix.parse(path);
  const [stem, end] = keepEnding ? [name, tail + ext] : [base, tail];
  const room = longestName - Buffer.byteLength(end);
  return posix.join(dir, cut(stem, Math.max(room, 1)) + end);
}

/** The longest beginning of a text that fits into so many UTF-8 bytes, cut between characters. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let size = 0;
  let kept = '';
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}
