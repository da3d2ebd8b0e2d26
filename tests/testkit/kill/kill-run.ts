// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load by folder and REST, and the account of what became of every document.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../mutate.ts';
import { type Books, clientAudit, serverBooks } from './books.ts';
import { type FolderFigures, FolderLoad } from './folder-load.ts';
import { SealingHouse, type Victim, victims } from './house.ts';
import { judgeOf } from './judge.ts';
import { type RestFigures, RestLoad, type RestWay } from './rest-load.ts';

/** How a run goes. */
export interface KillRunOptions {
  readonly kills: number;
  /** Chooses what is killed, and when. */
  readonly seed: number;
  /** What is killed, in this order; chosen at random where it is not given. */
  readonly order?: readonly Victim[];
  /** Longest time from one kill to the next, milliseconds, when all runs again. */
  readonly pause: number;
}

/** What a run showed. */
export interface KillFigures {
  readonly seconds: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** Kills of which all parts had not come back from the one before. */
  readonly amidRecovery: number;
  /** Why starts failed although nothing was killed meanwhile. */
  readonly failedStarts: readonly string[];
  readonly folders: Readonly<Record<string, FolderFigures>>;
  readonly rest: Readonly<Record<string, RestFigures>>;
  readonly books: Books;
  readonly clientAudit: { readonly links: number; readonly faults: number };
}

/** How long documents may take to come out when nothing is killed any more, milliseconds. */
const patience = 180_000;

const bindings = [
  { name: 'documents', options: ',process=b-t' },
  { name: 'hashes', options: ',process=b-t,transfer=hash' },
];

/** Runs server and client under load, kills them, lets everything come to its end, and counts. */
export async function runKills(options: KillRunOptions): Promise<KillFigures> {
  const started = performance.now();
  const random = new Random(options.seed);
  const house = await SealingHouse.open([{ bindings }]);
  try {
    const load = startLoad(house, new Random(options.seed + 1));
    const killed = await killAround(house, random, options);
    await house.whole();
    await endLoad(load);
    await load.close();
    const judge = judgeOf(house.trust.pki);
    await house.stop();
    return {
      seconds: Math.round((performance.now() - started) / 1000),
      ...killed,
      failedStarts: house.failedStarts,
      folders: await settledFigures(load.folders, (folder) => folder.figures(judge)),
      rest: await settledFigures(load.rest, async (lane) => lane.figures(judge)),
      books: await serverBooks(house.server),
      clientAudit: await clientAudit(house.client),
    };
  } finally {
    await house.remove();
  }
}

async function killAround(house: SealingHouse, random: Random, { kills, order, pause }: KillRunOptions) {
  const counts = Object.fromEntries(victims.map((victim) => [victim, 0])) as Record<Victim, number>;
  let amidRecovery = 0;
  let recovered = true;
  for (let n = 0; n < kills; ) {
    await sleep(random.below(pause));
    const victim = order?.[n % order.length] ?? random.pick(victims);
    if (!(await house.kill(victim))) continue;
    n += 1;
    counts[victim] += 1;
    if (!recovered) amidRecovery += 1;
    // Some kills meet parts that are still on their way back from the one before.
    recovered = random.below(4) > 0;
    if (recovered) await house.whole();
  }
  return { kills: counts, amidRecovery };
}

function startLoad(house: SealingHouse, random: Random) {
  let number = 0;
  const next = () => number++;
  const { client, server } = house;
  const [atServer, atClient] = [server.api(), client.api()];
  const folders = Object.fromEntries(
    bindings.map(({ name }) => {
      const directory = join(client.directory, 'outputs', name);
      return [name, new FolderLoad({ house, binding: name, directory, next, underWay: 30, pause: 60 })];
    }),
  );
  const ways: [string, typeof atServer, RestWay][] = [
    ['server, waiting', atServer, 'wait'],
    ['server, later', atServer, 'later'],
    ['client, waiting', atClient, 'wait'],
  ];
  const rest = Object.fromEntries(
    ways.map(([name, api, way]) => {
      const directory = join(client.directory, 'answers', name);
      return [
        name,
        new RestLoad({
          api,
          way,
          sameJob: api === atServer,
          directory,
          next,
          lanes: 3,
          pause: 60,
          random,
          ended: house.ended,
        }),
      ];
    }),
  );
  const close = () => Promise.all([atServer.close(), atClient.close()]);
  return { folders, rest, close };
}

/** Hands nothing more in, and waits until everything has come to its end. */
async function endLoad({ folders, rest }: ReturnType<typeof startLoad>): Promise<void> {
  const all = [...Object.values(folders), ...Object.values(rest)];
  await Promise.all(all.map((load) => load.stopLoading()));
  const end = performance.now() + patience;
  while (Object.values(folders).some((folder) => folder.underWay() > 0) && performance.now() < end)
    await sleep(100);
  for (const lane of Object.values(rest)) await lane.askAgain();
}

async function settledFigures<L, F>(
  loads: Readonly<Record<string, L>>,
  figures: (load: L) => Promise<F>,
): Promise<Record<string, F>> {
  const result: Record<string, F> = {};
  for (const [name, load] of Object.entries(loads)) result[name] = await figures(load);
  return result;
}
