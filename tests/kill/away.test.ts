// SPDX-License-Identifier: Apache-2.0
// The server away, then the time-stamping authority, while documents come by folder: all wait, all come out sealed.
//   SIGNET_FILES  how many documents each time (1000)
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverBooks } from '../testkit/kill/books.ts';
import { FolderLoad } from '../testkit/kill/folder-load.ts';
import { SealingHouse } from '../testkit/kill/house.ts';
import { judgeOf } from '../testkit/kill/judge.ts';
import { assertBooks, assertFolder, folderLine } from '../testkit/kill/report.ts';

const files = Number(process.env.SIGNET_FILES ?? 1000);
const bindings = [
  { name: 'documents', options: ',process=b-t' },
  { name: 'hashes', options: ',process=b-t,transfer=hash' },
];

let house: SealingHouse;
let number = 0;

before(async () => {
  house = await SealingHouse.open([{ bindings }]);
});

after(() => house?.remove());

/** Hands documents in while something is away, has it come back, and waits until all is done. */
async function whileAway(name: string, back: () => Promise<void>): Promise<readonly FolderLoad[]> {
  const { client } = house;
  const loads = bindings.map(({ name: binding }, index) => {
    const directory = join(client.directory, 'outputs', name, binding);
    const count = Math.floor(files / bindings.length) + (index === 0 ? files % bindings.length : 0);
    return new FolderLoad({
      house,
      binding,
      directory,
      count,
      next: () => number++,
      underWay: files,
      pause: 0,
    });
  });
  await Promise.all(loads.map((load) => load.handedIn()));
  await sleep(3000);
  await back();
  while (loads.some((load) => load.underWay() > 0)) await sleep(100);
  return loads;
}

/** How often the client told that documents wait, because of what. */
function waits(from: number): string {
  const codes = house.client.log.slice(from).filter(({ msg }) => msg === 'a document waits');
  const counts = Object.entries(Object.groupBy(codes, ({ code }) => String(code)));
  return counts.map(([code, lines]) => `${code} ${lines?.length}`).join(', ');
}

test(`the server away for ${files} documents`, { timeout: 600_000 }, async (t) => {
  await house.server.stop();
  const from = house.client.log.length;
  const loads = await whileAway('server', () => house.server.start());
  t.diagnostic(`figure: server away: the client waited for ${waits(from)}`);
  assert.match(waits(from), /exchange\.server-/);
  for (const [index, load] of loads.entries()) {
    const figures = await load.figures(judgeOf(house.trust.pki));
    t.diagnostic(`figure: server away: folder ${bindings[index]?.name}: ${folderLine(figures)}`);
    assertFolder(figures, bindings[index]!.name);
  }
});

test(`the time-stamping authority away for ${files} documents`, { timeout: 600_000 }, async (t) => {
  await house.trust.qtsp.stop();
  const from = house.client.log.length;
  const loads = await whileAway('authority', () => house.trust.restart());
  t.diagnostic(`figure: time-stamping away: the client waited for ${waits(from)}`);
  assert.match(waits(from), /tsa\./);
  for (const [index, load] of loads.entries()) {
    const figures = await load.figures(judgeOf(house.trust.pki));
    t.diagnostic(`figure: time-stamping away: folder ${bindings[index]?.name}: ${folderLine(figures)}`);
    assertFolder(figures, bindings[index]!.name);
  }
});

test('the books agree afterwards', async (t) => {
  await house.stop();
  const books = await serverBooks(house.server);
  t.diagnostic(`figure: away: ${JSON.stringify(books)}`);
  assertBooks(books);
});
