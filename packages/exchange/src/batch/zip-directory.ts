// SPDX-License-Identifier: Apache-2.0
import { asSignetError, isSignetError, SignetError } from '@signet/base';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { entryName, UniqueNames } from './entry-names.ts';
import type { ZipLimits } from './zip-limits.ts';

/** A file in a ZIP whose directory was found to be sound. */
export interface ZipMember {
  readonly name: string;
  readonly entry: Entry;
}

/** An open ZIP whose directory was found to be sound. */
export interface ZipDirectory {
  readonly zip: ZipFile;
  /** In the order of the central directory, without directories. */
  readonly members: readonly ZipMember[];
}

/**
 * Opens a ZIP and reads all of its central directory before anything is unpacked. What can only be a mistake of the
 * whole package, or an attack, refuses it as a whole: names that are unsafe or come twice, entries that are encrypted,
 * share bytes, say other names in their own header, or would unpack to too much.
 *
 * @throws SignetError `batch.*`
 */
export async function openZipDirectory(path: string, limits: ZipLimits): Promise<ZipDirectory> {
  const zip = await asZipError(
    openPromise(path, {
      autoClose: false,
      decodeStrings: false,
      lazyEntries: true,
      validateEntrySizes: true,
    }),
  );
  try {
    if (zip.entryCount > limits.entries) {
      throw new SignetError('batch.too-many-entries', { entries: zip.entryCount, limit: limits.entries });
    }
    // yauzl keeps its cursor where the central directory starts until the first entry is read.
    const directoryOffset = Number(zip.readEntryCursor);
    const members = await asZipError(readMembers(zip, limits));
    await asZipError(refuseOverlaps(zip, members, directoryOffset));
    const documents = members.filter(({ name }) => !name.endsWith('/'));
    if (documents.length === 0) throw new SignetError('batch.empty');
    return { zip, members: documents };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** The ZIP library says what is wrong in sentences only; ours pass. */
function zipError(error: unknown): SignetError {
  if (isSignetError(error)) return error;
  const problem = error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read';
  return new SignetError('batch.not-a-zip', { problem }, error);
}

async function asZipError<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw zipError(error);
  }
}

async function readMembers(zip: ZipFile, limits: ZipLimits): Promise<readonly ZipMember[]> {
  const members: ZipMember[] = [];
  const names = new UniqueNames();
  let totalBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const number = members.length + 1;
    const name = entryName(entry, number);
    names.add(name, number);
    if (entry.isEncrypted()) throw new SignetError('batch.encrypted', { entry: number });
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > limits.ratioFromBytes && uncompressedSize > compressedSize * limits.ratio) {
      throw new SignetError('batch.suspicious-ratio', { entry: number, limit: limits.ratio });
    }
    totalBytes += uncompressedSize;
    if (totalBytes > limits.totalBytes) {
      throw new SignetError('batch.too-large', { limitBytes: limits.totalBytes });
    }
    members.push({ name, entry });
  }
  return members;
}

/**
 * Each entry must have its own bytes before the central directory (entries that share them unpack to the square of their
 * size), and its local header must give the same name (else two programs see two packages).
 */
async function refuseOverlaps(
  zip: ZipFile,
  members: readonly ZipMember[],
  directoryOffset: number,
): Promise<void> {
  const spans: { start: number; end: number; number: number }[] = [];
  for (const [index, { entry }] of members.entries()) {
    const header = await zip.readLocalFileHeaderPromise(entry);
    if (!header.fileName.equals(entry.fileNameRaw)) {
      throw new SignetError('batch.not-a-zip', { problem: `entry ${index + 1} has two names` });
    }
    const end = header.fileDataStart + entry.compressedSize;
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end, number: index + 1 });
  }
  spans.sort((a, b) => a.start - b.start);
  let free = 0;
  for (const { start, end, number } of spans) {
    if (start < free || end > directoryOffset) {
      throw new SignetError('batch.overlapping-entries', { entry: number });
    }
    free = end;
  }
}

/** The error of one entry that cannot be unpacked: it fails alone. */
export function entryError(error: unknown, reference: string): SignetError {
  if (isSignetError(error)) return error;
  const known = error instanceof Error && !('syscall' in error);
  if (!known) return asSignetError(error, reference);
  return new SignetError('batch.corrupt-entry', { problem: error.message.slice(0, 200) }, error);
}
