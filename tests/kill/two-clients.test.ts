// SPDX-License-Identifier: Apache-2.0
// Two clients on one exchange folder, equal names that appear again and again, and writers that stall in the middle.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientAudit, serverBooks } from '../testkit/kill/books.ts';
import { EqualNames } from '../testkit/kill/equal-names.ts';
import { SealingHouse } from '../testkit/kill/house.ts';
import { judgeOf } from '../testkit/kill/judge.ts';
import { numberedPdf } from '../testkit/kill/numbered-pdf.ts';
import { assertBooks, assertFolder, folderLine } from '../testkit/kill/report.ts';
import { StallingWriter, withSecondRevision } from '../testkit/kill/stalling-writer.ts';

const exchange = mkdtempSync(join(tmpdir(), 'signet-exchange-'));
const names = ['invoice.pdf', 'statement.pdf', 'notice.pdf'];
const rounds = 30;
/** How long a file of the binding `stalls` must stand still: longer than its writers pause. */
const stillSeconds = 2;

let house: SealingHouse;
let number = 0;
const next = (): number => number++;

before(async () => {
  const options = {
    exchange,
    bindings: [
      { name: 'waits', options: ',process=b-t' },
      { name: 'suffixes', options: ',process=b-t,transfer=hash' },
      { name: 'stalls', options: ',process=b-t' },
    ],
    edit: (yaml: string) =>
      yaml
        .replace(/( +)root: .*suffixes"?$/m, '$&\n$1onTaken: suffix')
        .replace(/(stalls"?\n.*\n +stillSeconds: )[\d.]+/, `$1${stillSeconds}`),
  };
  house = await SealingHouse.open([options, options]);
});

after(async () => {
  await house?.remove();
  rmSync(exchange, { recursive: true, force: true });
});

/** Kills the worker of one client or the other until told to stop. */
function killing(): { stop(): Promise<number> } {
  let going = true;
  let kills = 0;
  const loop = (async () => {
    while (going && !house.ended.aborted) {
      await sleep(2000);
      if (!(await house.kill('client worker', house.clients[kills % 2]))) continue;
      kills += 1;
      await house.whole();
    }
    return kills;
  })();
  return {
    stop() {
      going = false;
      return loop;
    },
  };
}

test('equal names by two clients whose workers are killed', { timeout: 600_000 }, async (t) => {
  const client = house.client;
  const foreign = Buffer.from('a file of another program');
  writeFileSync(join(client.root('suffixes'), 'out', names[0]!), foreign, { flag: 'wx' });
  const takenTo = join(client.directory, 'taken');
  const loads = [
    new EqualNames({ house, binding: 'waits', names, rounds, next, takenTo }),
    new EqualNames({ house, binding: 'suffixes', names, rounds, next }),
  ] as const;
  const killer = killing();
  const taking = setInterval(() => loads[0].take(), 150).unref();
  await Promise.all(loads.map((load) => load.done()));
  clearInterval(taking);
  loads[0].take();
  const kills = await killer.stop();
  const judge = judgeOf(house.trust.pki);
  for (const [load, what] of [
    [loads[0], 'names wait'],
    [loads[1], 'names get a suffix'],
  ] as const) {
    const figures = load.figures(judge);
    t.diagnostic(`figure: two clients, ${kills} kills, ${what}: ${folderLine(figures)}`);
    assertFolder(figures, what);
  }
  assert.deepEqual(readFileSync(join(client.root('suffixes'), 'out', names[0]!)), foreign);
  for (const { log } of house.clients) assert.ok(log.some(({ msg }) => msg === 'delivered'));
});

/** Names in a folder of the binding of stalling writers, of the documents alone. */
function stalled(folder: 'in' | 'out' | 'failed' | 'archive'): readonly string[] {
  return house.client.names('stalls', folder).sort();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** How many documents the clients found changed after they had taken them. */
function changed(): number {
  const said = 'a document changed after it was taken; it waits until it stands still';
  return house.clients.reduce((sum, { log }) => sum + log.filter(({ msg }) => msg === said).length, 0);
}

function writer(name: string, document: Buffer): StallingWriter {
  return new StallingWriter(join(house.client.root('stalls'), 'in', name), document);
}

/** Exactly these documents came out, whole, sealed once, and lie in `archive/` whole. */
async function assertWhole(writers: ReadonlyMap<string, StallingWriter>): Promise<void> {
  const all = [...writers.keys()].sort();
  const mine = (names: readonly string[]) => names.filter((name) => writers.has(name));
  await until(() => mine(stalled('archive')).length + stalled('failed').length >= all.length);
  assert.deepEqual(stalled('failed'), []);
  assert.deepEqual(mine(stalled('out')), all);
  const judge = judgeOf(house.trust.pki);
  for (const [name, { document }] of writers) {
    assert.equal(judge(house.client.read('stalls', 'out', name), document), undefined, name);
    assert.ok(house.client.read('stalls', 'archive', name).equals(document), name);
  }
}

test('writers that pause in in/ are waited for', { timeout: 120_000 }, async () => {
  const writers = new Map(
    ['slow-1.pdf', 'slow-2.pdf', 'slow-3.pdf'].map((name) => [name, writer(name, numberedPdf(next()))]),
  );
  await Promise.all([...writers.values()].map((each) => each.finish(12, 300)));
  await assertWhole(writers);
});

test('writers that stall until their files are claimed, and go on', { timeout: 240_000 }, async (t) => {
  // Without its server a client claims, and cannot deliver: so that the writers surely go on between the two.
  await house.server.stop();
  const writers = new Map<string, StallingWriter>();
  for (const name of ['half-1.pdf', 'half-2.pdf', 'half-3.pdf', 'half-4.pdf']) {
    const document = numberedPdf(next());
    const each = writer(name, document);
    await each.writeTo(document.length / 2);
    writers.set(name, each);
  }
  for (const name of ['revised-1.pdf', 'revised-2.pdf', 'revised-3.pdf', 'revised-4.pdf']) {
    const first = numberedPdf(next());
    const each = writer(name, withSecondRevision(first));
    await each.writeTo(first.length);
    writers.set(name, each);
  }
  const claimed = () => [...writers.values()].filter((each) => each.isClaimed).length;
  await until(() => claimed() >= 2);
  const half = claimed();
  const ends = [...writers.values()].map((each) => each.finish(4, 300));
  await house.server.start();
  await Promise.all(ends);
  await assertWhole(writers);
  t.diagnostic(
    `figure: stalling writers: ${half} of ${writers.size} claimed half written, ${changed()} begun anew, ` +
      `${writers.size} sealed whole`,
  );
  assert.ok(changed() > 0, 'a change after the claim was seen');
});

test('a writer that goes on after its half was sealed, before it is delivered', {
  timeout: 120_000,
}, async () => {
  const client = house.client;
  const taken = join(client.root('stalls'), 'out', 'late.pdf');
  writeFileSync(taken, 'a name that is taken for a while', { flag: 'wx' });
  const first = numberedPdf(next());
  const late = writer('late.pdf', withSecondRevision(first));
  await late.writeTo(first.length);
  const saidBefore = house.clients.map(({ log }) => log.length);
  const waitsForName = () =>
    house.clients.some(({ log }, index) =>
      log.slice(saidBefore[index]).some(({ code }) => code === 'exchange.name-taken'),
    );
  await until(waitsForName);
  const changedBefore = changed();
  await late.finish(3, 300);
  rmSync(taken);
  await assertWhole(new Map([['late.pdf', late]]));
  assert.ok(changed() > changedBefore, 'the change after sealing was seen');
});

test('the books agree afterwards', async (t) => {
  await house.stop();
  const books = await serverBooks(house.server);
  t.diagnostic(`figure: two clients: ${JSON.stringify(books)}`);
  assertBooks(books);
  for (const client of house.clients) assert.equal((await clientAudit(client)).faults, 0);
});
