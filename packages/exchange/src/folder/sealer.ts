// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { ResultRecord } from '@signet/sealing';
import type { ReceivedDocument } from '../spool/spool.ts';
import type { FolderBinding } from './binding.ts';

/** One document that came by folder, for the sealer. */
export interface Arrival {
  /** Idempotency-Key: whatever is asked under it again is answered by what was made the first time. */
  readonly id: Uuid;
  readonly binding: FolderBinding;
  /** Path relative to `in/`, with `/`. */
  readonly path: string;
  /** A private copy of the file as claimed (memory or local disk): nobody else writes to it. */
  readonly document: ReceivedDocument;
  /** When it was claimed; the same at every try. */
  readonly claimedAt: Date;
  readonly signal: AbortSignal;
}

/** What a sealer hands back, checked and ready to be delivered. */
export type SealedArrival =
  | {
      /** The document as it came, then these bytes. */
      readonly kind: 'document';
      readonly appended: Uint8Array;
      /** SHA-256 of document and appended bytes, lower-case hexadecimal: what lies in `out/` will have it. */
      readonly sha256Out: string;
      readonly record: ResultRecord;
      /** By which `settle` finds what the server keeps; absent where it keeps nothing. */
      readonly receipt?: string;
    }
  | {
      /** A sealed batch: a local ZIP file, which the exchange copies and then removes. */
      readonly kind: 'package';
      readonly file: string;
      readonly sha256Out: string;
      readonly receipt?: string;
    };

/** What turns an arrival into its sealed form: the client asks its server, tests seal on the spot. */
export interface ArrivalSealer {
  /**
   * Seals one arrival. Called again with the same id and bytes after a crash or a retryable error.
   *
   * @throws SignetError retryable: it is asked again later; not retryable: the original goes to `failed/`
   */
  seal(arrival: Arrival): Promise<SealedArrival>;
  /** The result is delivered durably (or dead): what the server keeps of it may go. */
  settle(binding: FolderBinding, receipt: string): Promise<void>;
  /** Hours after its claim until which an arrival is retried: the process's deadline, as far as it is known. */
  deadlineHours(process: string): number;
}
