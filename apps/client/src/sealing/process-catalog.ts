// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';
import type { ProcessView, SealingApi } from '@signet/exchange/rest';

/** What the server says of its processes, asked for when it is older than a moment. */
export interface ProcessCatalog {
  /** @throws SignetError `request.unknown-process`, `access.*`, `exchange.server-…` */
  view(process: string): Promise<ProcessView>;
  /** Has the next `view` ask again: what was known has proven stale. */
  forget(process: string): void;
  /** The deadline of a process as last seen; 24 hours before anything was. */
  deadlineHours(process: string): number;
  /** Whether the server answers this client now. */
  reachable(): Promise<boolean>;
}

/** How long a view is taken for fresh, milliseconds. */
const freshFor = 30_000;

/** How long what is known of the server's being there is told again without asking, milliseconds. */
const reachableFor = 5_000;

/** The deadline that the default process configuration has. */
const usualHours = 24;

/** Makes the catalog of one server. Concurrent questions for one process are one call. */
export function processCatalog(api: Pick<SealingApi, 'process' | 'processes'>, clock: Clock): ProcessCatalog {
  const seen = new Map<string, { readonly view: ProcessView; readonly at: number }>();
  const asking = new Map<string, Promise<ProcessView>>();
  let lastAnswer = { reachable: false, at: Number.NEGATIVE_INFINITY };
  const now = () => clock.now().getTime();

  const ask = async (process: string): Promise<ProcessView> => {
    try {
      const view = await api.process(process);
      seen.set(process, { view, at: now() });
      return view;
    } finally {
      asking.delete(process);
    }
  };
  return {
    async view(process) {
      const known = seen.get(process);
      if (known !== undefined && now() - known.at < freshFor) return known.view;
      const question = asking.get(process) ?? ask(process);
      asking.set(process, question);
      return question;
    },
    forget(process) {
      const known = seen.get(process);
      if (known !== undefined) seen.set(process, { view: known.view, at: Number.NEGATIVE_INFINITY });
    },
    deadlineHours: (process) => seen.get(process)?.view.deadlineHours ?? usualHours,
    async reachable() {
      if (now() - lastAnswer.at < reachableFor) return lastAnswer.reachable;
      const reachable = await api.processes().then(
        () => true,
        () => false,
      );
      lastAnswer = { reachable, at: now() };
      return reachable;
    },
  };
}
