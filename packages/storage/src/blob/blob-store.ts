// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type { BlobStore, TenantId } from '@signet/sealing';

/** A document store in a local directory. */
export interface LocalBlobStore extends BlobStore {
  readonly directory: string;
  /**
   * Removes what a crash left behind: unfinished files, and finished ones older than an hour that nothing refers to.
   *
   * @param known which of these ids are referred to
   * @returns how many files were removed
   */
  sweep(known: (tenant: TenantId, ids: readonly Uuid[]) => Promise<ReadonlySet<Uuid>>): Promise<number>;
}

/**
 * Opens the document store in a directory, which is made if it is not there.
 *
 * @throws SignetError `general.io`
 */
export async function openBlobStore(_directory: string): Promise<LocalBlobStore> {
  throw new SignetError('general.not-offered', { what: 'openBlobStore' });
}
