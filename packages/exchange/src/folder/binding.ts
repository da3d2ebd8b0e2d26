// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Uuid } from '@signet/base';
import type { Transfer } from '@signet/sealing';

/**
 * One exchange folder and what is done with what comes into it. Its root holds `in/ work/ out/ failed/ archive/`, all in
 * one file system. Several clients may watch one root.
 */
export interface FolderBinding {
  /** Unique among the bindings of this client; the journal knows its arrivals by it. */
  readonly name: string;
  /** Absolute path of the exchange folder. It is never created: a share that is not mounted would be shadowed. */
  readonly root: string;
  /** The process that seals its documents. */
  readonly process: string;
  /** `document`: the server gets the document. `hash`: only its digest leaves the house. */
  readonly transfer: Transfer;
  /** This client, as in `work/<clientId>/`. No other client touches what lies there. */
  readonly clientId: Uuid;
  /** Seconds from one look into `in/` to the next. */
  readonly scanSeconds: number;
  /**
   * For how many seconds size and time of a file must have stood still, at least from one scan to the next. More than
   * the time for which a mount caches what `stat` says (SFTP mounts: up to 22 s).
   */
  readonly stillSeconds: number;
  /**
   * `still`: a file is taken when it stood still, or at once when `NAME.ready` lies beside it. `marker`: only with the
   * marker.
   */
  readonly takeOn: 'still' | 'marker';
  /** What happens when a name in `out/`, `failed/` or `archive/` is taken: wait until it is free, or `name (2).pdf`. */
  readonly onTaken: 'wait' | 'suffix';
  /**
   * Whether hard links are used where a probe shows that the file system has true ones. False for shares whose links
   * cannot be trusted: names are then agreed on among the clients (see `place.ts`).
   */
  readonly hardLinks: boolean;
  /** Whether originals are kept in `archive/` after delivery, or removed. */
  readonly archive: boolean;
}

/** The folders of a binding, absolute. */
export interface BindingFolders {
  readonly in: string;
  readonly out: string;
  readonly failed: string;
  readonly archive: string;
  /** `work/<clientId>`: this client's own part. */
  readonly own: string;
  /** `work/.names`: where clients agree on a name on shares without hard links. */
  readonly names: string;
}

/** Where the folders of a binding lie. */
export function bindingFolders(binding: Pick<FolderBinding, 'root' | 'clientId'>): BindingFolders {
  const { root, clientId } = binding;
  return {
    in: join(root, 'in'),
    out: join(root, 'out'),
    failed: join(root, 'failed'),
    archive: join(root, 'archive'),
    own: join(root, 'work', clientId),
    names: join(root, 'work', '.names'),
  };
}

/** Where an arrival's original lies after it was claimed. `path` is relative to `in/`, with `/`. */
export function originalPath(folders: BindingFolders, arrival: Uuid, path: string): string {
  return join(folders.own, arrival, path);
}

/** Where an arrival's sealed document lies until it is delivered. The name cannot meet an original's: those begin with no dot. */
export function sealedPath(folders: BindingFolders, arrival: Uuid): string {
  return join(folders.own, arrival, '.sealed');
}
