// SPDX-License-Identifier: Apache-2.0
import { fillHole } from '@signet/ades/pades';
import { isSignetError } from '@signet/base';
import type { DocumentInput, DocumentWork, StoreRequest } from './document-work.ts';
import type { TimeStamping } from './sealing-process.ts';

/** A document as it came, and the revisions that follow it so far. */
export interface AppendedDocument {
  readonly document: DocumentInput;
  readonly appended: Uint8Array;
}

/** Room left for a token that has grown since the last one was seen. */
const margin = 1024;

/** Adds a revision with validation data; none if the document holds them all. */
export async function appendValidationData(
  { document, appended }: AppendedDocument,
  request: StoreRequest,
  work: Pick<DocumentWork, 'storeValidationData'>,
): Promise<AppendedDocument> {
  return {
    document,
    appended: joined(appended, await work.storeValidationData(document, appended, request)),
  };
}

/**
 * Adds a revision with a document time-stamp over everything before it.
 *
 * @throws SignetError `tsa.unavailable`, `ades.hole-too-small` if a second token is larger than its hole too
 */
export async function appendTimeStamp(
  target: AppendedDocument,
  timeStamping: TimeStamping,
  work: Pick<DocumentWork, 'prepareTimeStamp'>,
  signal: AbortSignal | undefined,
): Promise<AppendedDocument> {
  try {
    return await stamped(target, timeStamping.expectedTokenBytes() + margin, { timeStamping, work, signal });
  } catch (error) {
    // The token covers the hole's size, so that a larger hole wants another token; its size has been seen now.
    if (!isSignetError(error, 'ades.hole-too-small')) throw error;
    const needed = Number(error.details.needed) + margin;
    return stamped(target, needed, { timeStamping, work, signal });
  }
}

async function stamped(
  { document, appended }: AppendedDocument,
  reservedBytes: number,
  by: {
    readonly timeStamping: TimeStamping;
    readonly work: Pick<DocumentWork, 'prepareTimeStamp'>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<AppendedDocument> {
  const preparation = await by.work.prepareTimeStamp(document, appended, reservedBytes);
  const { token } = await by.timeStamping.stamp(preparation.docHash, by.signal);
  return { document, appended: joined(appended, fillHole(preparation, token)) };
}

function joined(appended: Uint8Array, more: Uint8Array): Uint8Array {
  return more.length === 0 ? appended : Buffer.concat([appended, more]);
}
