// SPDX-License-Identifier: Apache-2.0
// The small parts of the folder exchange, each by itself.
import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isSignetError, SignetError, systemClock } from '@signet/base';
import fc from 'fast-check';
import { openJournalView } from '../src/folder/journal.ts';
import { beside, isDocumentName, numbered } from '../src/folder/names.ts';
import { loweredNote } from '../src/folder/note.ts';
import { isOfService, isWaited } from '../src/folder/parts.ts';
import { hasHardLinks, linkTo, linkWitness, moveTo, renameTo } from '../src/folder/place.ts';
import { backOffSeconds, Gate } from '../src/folder/retry.ts';
import { openRoot } from '../src/folder/root.ts';
import { folderScanner } from '../src/folder/scanner.ts';
import { fairSlots } from '../src/folder/slots.ts';
import { bindingIn, fileJournal, recordOf, testDirectory } from './folder-support.ts';

describe('names', () => {
  test('numbering keeps ending and directory', () => {
    assert.equal(numbered('a/b.pdf', 1), 'a/b.pdf');
    assert.equal(numbered('a/b.pdf', 2), 'a/b (2).pdf');
    assert.equal(numbered('noending', 3), 'noending (3)');
    assert.equal(beside('a/b.pdf', '.problem.txt'), 'a/b.pdf.problem.txt');
  });

  test('a made name always fits into a file system, and different numbers give different names', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 250 })
      .filter((text) => !/[/\0]|^\.+$/.test(text));
    fc.assert(
      fc.property(name, fc.integer({ min: 2, max: 99_999 }), (text, attempt) => {
        assert.ok(Buffer.byteLength(numbered(text, attempt)) <= Math.max(255, Buffer.byteLength(text)));
        assert.ok(Buffer.byteLength(beside(text, '.problem.txt')) <= 255);
        assert.notEqual(numbered(text, attempt), numbered(text, attempt + 1));
      }),
    );
  });

  test('what programs write first is no document', () => {
    for (const name of [
      '.a.pdf',
      '~$a.docx',
      'a.pdf~',
      'a.tmp',
      'a.PART',
      'a.crdownload',
      'a.pdf.ready',
      'Thumbs.db',
    ]) {
      assert.equal(isDocumentName(name), false, name);
    }
    for (const name of ['a.pdf', 'A', 'temp.pdf', 'a.zip', 'ready.pdf', 'part.1.pdf'])
      assert.ok(isDocumentName(name), name);
  });
});

describe('placing', () => {
  for (const hardLinks of [true, false]) {
    test(`moving never replaces (hard links: ${hardLinks})`, async (t) => {
      const directory = testDirectory(t);
      const way = { names: join(directory, 'names'), hardLinks };
      for (const folder of ['names', 'to']) mkdirSync(join(directory, folder));
      writeFileSync(join(directory, 'mine'), 'mine');
      writeFileSync(join(directory, 'to', 'name'), 'theirs');
      const to = { folder: join(directory, 'to'), name: 'name' };
      assert.equal(await moveTo(join(directory, 'mine'), to, way), 'taken');
      assert.equal(readFileSync(join(directory, 'to', 'name'), 'utf8'), 'theirs');
      assert.equal(readFileSync(join(directory, 'mine'), 'utf8'), 'mine');
      assert.equal(await moveTo(join(directory, 'mine'), { ...to, name: 'deep/er/other' }, way), 'placed');
      assert.equal(existsSync(join(directory, 'mine')), false);
    });
  }

  test('of many that want one name exactly one gets it, by link and by rename', async (t) => {
    const directory = testDirectory(t);
    for (const folder of ['names', 'to']) mkdirSync(join(directory, folder));
    for (const way of ['link', 'rename']) {
      const to = { folder: join(directory, 'to'), name: way };
      const placed = await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          const from = join(directory, `${way}-${n}`);
          writeFileSync(from, String(n));
          return way === 'link' ? linkTo(from, to) : renameTo(from, to, join(directory, 'names'));
        }),
      );
      assert.equal(placed.filter((one) => one === 'placed').length, 1);
      assert.equal(placed.filter((one) => one === 'taken').length, 19);
    }
  });

  test('a move that died between link and unlink is ended', async (t) => {
    const directory = testDirectory(t);
    for (const folder of ['names', 'to']) mkdirSync(join(directory, folder));
    writeFileSync(join(directory, 'mine'), 'mine');
    linkSync(join(directory, 'mine'), join(directory, 'to', 'name'));
    const way = { names: join(directory, 'names'), hardLinks: true };
    assert.equal(
      await moveTo(join(directory, 'mine'), { folder: join(directory, 'to'), name: 'name' }, way),
      'placed',
    );
    assert.equal(existsSync(join(directory, 'mine')), false);
  });

  test('nothing is made below a folder that is missing', async (t) => {
    const directory = testDirectory(t);
    writeFileSync(join(directory, 'mine'), 'mine');
    const to = { folder: join(directory, 'unmounted', 'out'), name: 'a/b' };
    await assert.rejects(linkTo(join(directory, 'mine'), to), { code: 'ENOENT' });
    assert.equal(existsSync(join(directory, 'unmounted')), false);
  });

  test('a link that was made and removed again is still told', async (t) => {
    const directory = testDirectory(t);
    if (!(await hasHardLinks(directory))) return t.skip('the temporary directory has no true hard links');
    const file = join(directory, 'sealed');
    writeFileSync(file, 'x');
    const before = await linkWitness(file);
    await new Promise((resolve) => setTimeout(resolve, 20));
    linkSync(file, join(directory, 'out'));
    rmSync(join(directory, 'out'));
    const after = await linkWitness(file);
    assert.equal(after.links, before.links);
    assert.notEqual(after.changed, before.changed);
  });
});

describe('scanning', () => {
  test('a file is ready at the second look that sees the same, not while it grows', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory, { stillSeconds: 0 });
    let now = 0;
    const clock = { now: () => new Date(now) };
    const scanner = folderScanner(directory, { ...binding, scanSeconds: 1 }, clock);
    const look = async () => {
      now += 1000;
      return (await scanner.scan()).ready.map(({ path }) => path);
    };
    writeFileSync(join(directory, 'a.pdf'), 'x');
    assert.deepEqual(await look(), []);
    writeFileSync(join(directory, 'a.pdf'), 'xy');
    assert.deepEqual(await look(), []);
    assert.deepEqual(await look(), ['a.pdf']);
    assert.deepEqual(await look(), ['a.pdf'], 'until somebody takes it');
    renameSync(join(directory, 'a.pdf'), join(directory, 'b.pdf'));
    assert.deepEqual(await look(), [], 'another name is another file');
    assert.deepEqual(await look(), ['b.pdf']);
  });

  test('an empty file is taken for what it is after a minute', async (t) => {
    const directory = testDirectory(t);
    let now = 0;
    const scanner = folderScanner(directory, bindingIn(directory), { now: () => new Date(now) });
    writeFileSync(join(directory, 'a.pdf'), '');
    for (const at of [0, 1000, 59_000]) {
      now = at;
      assert.equal((await scanner.scan()).ready.length, 0);
    }
    now = 61_000;
    assert.equal((await scanner.scan()).ready.length, 1);
  });

  test('ten thousand files: each scan looks at a part, all come in the end', async (t) => {
    const directory = testDirectory(t);
    let now = 0;
    const scanner = folderScanner(directory, bindingIn(directory), { now: () => new Date(now) });
    mkdirSync(join(directory, 'sub'));
    for (let n = 0; n < 5_000; n += 1) {
      writeFileSync(join(directory, `${n}.pdf`), 'x');
      writeFileSync(join(directory, 'sub', `${n}.pdf`), 'x');
    }
    let ready = 0;
    let scans = 0;
    for (; ready < 10_000 && scans < 20; scans += 1) {
      now += 1000;
      ready = (await scanner.scan()).ready.length;
    }
    assert.equal(ready, 10_000);
    assert.ok(scans > 5);
  });
});

describe('roots', () => {
  test('an empty directory in place of a known root is a share that is away', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const journal = fileJournal(join(directory, 'journal'));
    t.after(() => journal.close());
    const view = await openJournalView(journal);
    const root = await openRoot(binding, view, systemClock);
    await root.present();
    rmSync(binding.root, { recursive: true });
    await assert.rejects(root.present(), { code: 'exchange.root-away' });
    await assert.rejects(openRoot(binding, view, systemClock), { code: 'exchange.root-away' });
    mkdirSync(binding.root);
    await assert.rejects(openRoot(binding, view, systemClock), { code: 'exchange.root-away' });
    assert.equal(existsSync(join(binding.root, 'in')), false);
    // Somebody made the folder anew, and nothing of ours was in the old one: it is taken into use.
    mkdirSync(join(binding.root, 'in'));
    await (await openRoot(binding, view, systemClock)).present();
  });
});

describe('the journal', () => {
  test('keeps what is live through a compaction and a restart', async (t) => {
    const path = join(testDirectory(t), 'journal');
    const first = fileJournal(path);
    const view = await openJournalView(first);
    const base = {
      format: 1,
      kind: 'arrival',
      binding: 'b',
      path: 'a.pdf',
      claimedAt: '2026-01-01T00:00:00Z',
      sha256In: 'x',
    } as const;
    await view.append({ ...base, arrival: '1', phase: 'claimed' });
    await view.append({ ...base, arrival: '2', phase: 'claimed' });
    await view.append({ ...base, arrival: '1', phase: 'finished' });
    first.close();
    for (let restart = 0; restart < 2; restart += 1) {
      const again = fileJournal(path);
      const restored = await openJournalView(again);
      assert.deepEqual(
        restored.arrivalsOf('b').map(({ arrival }) => arrival),
        ['2'],
      );
      assert.equal(restored.arrival('1'), undefined);
      again.close();
    }
  });
});

describe('waiting', () => {
  test('pauses double to the cap, with jitter', () => {
    const times = { firstSeconds: 1, capSeconds: 60 };
    const least = [1, 2, 3, 10, 100].map((failures) => backOffSeconds(failures, times, () => 0));
    const most = [1, 2, 3, 10, 100].map((failures) => backOffSeconds(failures, times, () => 1));
    assert.deepEqual(least, [0.5, 1, 2, 30, 30]);
    assert.deepEqual(most, [1, 2, 4, 60, 60]);
  });

  test('while a service is away one at a time tries', () => {
    const gate = new Gate({ firstSeconds: 1, capSeconds: 8 });
    assert.ok(gate.enter(0));
    gate.unanswered(0);
    assert.equal(gate.enter(100), undefined);
    const probe = gate.enter(2000);
    assert.ok(probe?.isProbe);
    assert.equal(gate.enter(2000), undefined, 'the probe is under way');
    gate.unanswered(2000);
    gate.leave(probe);
    assert.equal(gate.enter(2500), undefined, 'closed for longer');
    const second = gate.enter(5000);
    assert.ok(second);
    gate.leave(second);
    assert.ok(gate.enter(5000), 'a probe that never asked gives its place to another');
    gate.answered();
    assert.equal(gate.enter(5001)?.isProbe, false);
  });

  test('places are given in turn', async () => {
    const slots = fairSlots(1);
    const order: string[] = [];
    const work = async (asker: string) => {
      const release = await slots.take(asker);
      order.push(asker);
      await Promise.resolve();
      release();
    };
    await Promise.all([...Array.from({ length: 4 }, () => work('full')), work('small'), work('small')]);
    // The first was given before anybody else had asked.
    assert.deepEqual(order, ['full', 'full', 'small', 'full', 'small', 'full']);
  });

  test('what waits and what fails', () => {
    const waits = (error: SignetError) => isSignetError(error) && isWaited(error);
    assert.ok(
      waits(new SignetError('access.unknown-identity')),
      'the document is not to blame for a token that ran out',
    );
    assert.ok(waits(new SignetError('request.unknown-process', { process: 'x' })));
    assert.ok(waits(new SignetError('exchange.server-unavailable', { reason: 'x' })));
    assert.equal(waits(new SignetError('exchange.document-empty', { name: 'x' })), false);
    assert.equal(waits(new SignetError('request.too-large', { limitBytes: 1 })), false);
    assert.ok(isOfService(new SignetError('exchange.server-unavailable', { reason: 'x' })));
    assert.equal(isOfService(new SignetError('general.deadline', { what: 'x', seconds: 1 })), false);
  });
});

test('a record lies beside a document only when there is something to say', () => {
  const record = recordOf('j', 'a', 'b');
  assert.equal(loweredNote(record), undefined);
  assert.equal(loweredNote(undefined), undefined);
  assert.match(loweredNote({ ...record, levelReached: 'B-B' }) ?? '', /"levelReached": "B-B"/);
  assert.match(loweredNote({ ...record, warnings: ['content-not-seen'] }) ?? '', /content-not-seen/);
});
