// SPDX-License-Identifier: Apache-2.0

/** What a ZIP may be before anything of it is unpacked. */
export interface ZipLimits {
  /** Entries, directories included. At most 65,535. */
  readonly entries: number;
  /** Bytes of one document, unpacked. */
  readonly entryBytes: number;
  /** Bytes of all documents together, unpacked. */
  readonly totalBytes: number;
  /** Unpacked size by packed size; looked at only above `ratioFromBytes`, small texts may pack better. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

/** The limits where settings say nothing. */
export const defaultZipLimits: ZipLimits = {
  entries: 1000,
  entryBytes: 2 ** 30,
  totalBytes: 2 ** 32,
  ratio: 100,
  ratioFromBytes: 1 << 20,
};
