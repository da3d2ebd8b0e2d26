// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Uuid } from '@signet/base';
import { completeRestart, newArrival } from './carry.ts';
import { ownArrivals, removeArrival, removeMarker } from './claim.ts';
import { exists } from './durable.ts';
import type { ArrivalParts, LiveArrival } from './parts.ts';

/**
 * What a former run (or the time before a share went away) left: this client's own directory in `work/` is compared with
 * the journal. Nothing of another client's is looked at.
 *
 * @param held arrivals that this process has in hand already
 */
export async function recover(parts: ArrivalParts, held: ReadonlySet<Uuid>): Promise<LiveArrival[]> {
  const { journal, binding, root } = parts;
  const found: LiveArrival[] = [];
  for (const record of journal.arrivalsOf(binding.name)) {
    if (held.has(record.arrival)) continue;
    // Its successor lies in `work/` by now and is found there.
    if (record.phase === 'restarted') await completeRestart(record, parts);
    else found.push(newArrival(record.arrival, record.path, true));
  }
  const known = new Set([...held, ...found.map((live) => live.id)]);
  for (const [id, path] of await ownArrivals(root.folders)) {
    if (known.has(id)) continue;
    if (path === undefined) await removeArrival(root.folders, id);
    else {
      // Claimed, but nothing was journalled or sent: whether it had stood still is not known any more.
      if (!(await exists(join(root.folders.in, path)))) await removeMarker(root.folders, path);
      found.push(newArrival(id, path, false));
    }
  }
  return found;
}
