// SPDX-License-Identifier: Apache-2.0

/** Exit codes of the command line; `signet --help` lists them. */
export const exitCodes = {
  /** All was done; for `validate`: every document passed. */
  good: 0,
  /** `validate`: a seal failed, or a document has none. Other commands: some documents were not done. */
  failed: 1,
  /** The command could not do its work: wrong use, or a coded error. */
  error: 2,
  /** `validate`: nothing failed, but something could not be judged. */
  indeterminate: 3,
} as const;
