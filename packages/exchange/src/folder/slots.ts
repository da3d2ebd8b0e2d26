// SPDX-License-Identifier: Apache-2.0

/** A bounded number of places to work, given out in turn to those who ask: a full folder does not keep others waiting. */
export interface FairSlots {
  /** Resolves with the function that gives the place back. */
  take(asker: string): Promise<() => void>;
}

/** Makes `places` places. Each asker's requests are served in order, the askers in turn. */
export function fairSlots(places: number): FairSlots {
  const queues = new Map<string, (() => void)[]>();
  let free = places;

  const next = (): void => {
    for (const [asker, queue] of queues) {
      if (free === 0) return;
      // Put back at the end of the map: the next place goes to the next asker.
      queues.delete(asker);
      const grant = queue.shift();
      if (queue.length > 0) queues.set(asker, queue);
      if (grant === undefined) continue;
      free -= 1;
      grant();
    }
  };

  return {
    take: (asker) =>
      new Promise((resolve) => {
        const queue = queues.get(asker) ?? [];
        queues.set(asker, queue);
        queue.push(() => resolve(release()));
        next();
      }),
  };

  function release(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      free += 1;
      next();
    };
  }
}
