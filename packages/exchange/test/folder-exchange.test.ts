// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SignetError } from '@signet/base';
import {
  bindingIn,
  drop,
  listeningObserver,
  namesIn,
  optionsIn,
  running,
  stampSealer,
  testDirectory,
  until,
} from './folder-support.ts';

const patience = { timeout: 20_000 };

describe('a folder exchange', patience, () => {
  test('delivers a document under its name, archives the original, then lets the server forget', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const sealer = stampSealer(join(directory, 'server'));
    await running(t, optionsIn(directory, binding, { sealer }));
    await until(() => namesIn(binding.root, 'in') !== undefined && namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'invoice 1 ząb.pdf', 'document one');
    await until(() => sealer.settled.length === 1);
    const out = readFileSync(join(binding.root, 'out', 'invoice 1 ząb.pdf'), 'utf8');
    assert.ok(out.startsWith('document one\nSEALED '));
    assert.equal(readFileSync(join(binding.root, 'archive', 'invoice 1 ząb.pdf'), 'utf8'), 'document one');
    await until(() => namesIn(binding.root, join('work', binding.clientId)).length === 1);
    assert.deepEqual(namesIn(binding.root, join('work', binding.clientId)), ['.signet-mark']);
    assert.deepEqual(namesIn(binding.root, 'failed'), []);
  });

  test('delivers a document larger than memory copies, byte for byte', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory, { archive: false });
    const options = optionsIn(directory, binding);
    await running(t, options);
    await until(() => namesIn(binding.root, '').includes('in'));
    const content = Buffer.alloc(3_000_001, 'signet ');
    drop(binding.root, 'large.pdf', content);
    await until(() => namesIn(binding.root, 'out').length === 1);
    assert.ok(
      readFileSync(join(binding.root, 'out', 'large.pdf'))
        .subarray(0, content.length)
        .equals(content),
    );
    await until(() => namesIn(binding.root, join('work', binding.clientId)).length === 1);
    assert.deepEqual(namesIn(binding.root, 'archive'), []);
    assert.deepEqual(namesIn(options.spool, '.'), []);
  });

  test('keeps the path of sub-directories', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    await running(t, optionsIn(directory, binding));
    await until(() => namesIn(binding.root, '').includes('in'));
    mkdirSync(join(binding.root, 'in', '2026', 'march'), { recursive: true });
    drop(binding.root, '2026/march/a.pdf', 'a');
    await until(() => namesIn(binding.root, 'archive/2026/march').length === 1);
    assert.deepEqual(namesIn(binding.root, 'out/2026/march'), ['a.pdf']);
    assert.deepEqual(
      namesIn(binding.root, 'in/2026'),
      ['march'],
      'sub-directories belong to whoever made them',
    );
  });

  test('a name taken in out/ waits and nothing is overwritten', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const observer = listeningObserver();
    mkdirSync(join(binding.root, 'out'));
    writeFileSync(join(binding.root, 'out', 'a.pdf'), 'somebody’s');
    await running(t, optionsIn(directory, binding, { observer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'a.pdf', 'mine');
    drop(binding.root, 'b.pdf', 'other');
    await until(
      () => observer.heard.filter((line) => line === 'deferred a.pdf exchange.name-taken').length > 2,
    );
    await until(() => namesIn(binding.root, 'archive').includes('b.pdf'));
    assert.equal(readFileSync(join(binding.root, 'out', 'a.pdf'), 'utf8'), 'somebody’s');
    rmSync(join(binding.root, 'out', 'a.pdf'));
    await until(() => namesIn(binding.root, 'archive').length === 2);
    assert.match(readFileSync(join(binding.root, 'out', 'a.pdf'), 'utf8'), /^mine\nSEALED/);
  });

  test('a taken name gets a suffix where the binding says so', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory, { onTaken: 'suffix' });
    for (const folder of ['out', 'archive']) {
      mkdirSync(join(binding.root, folder));
      writeFileSync(join(binding.root, folder, 'a.pdf'), 'somebody’s');
    }
    await running(t, optionsIn(directory, binding));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'a.pdf', 'mine');
    await until(() => namesIn(binding.root, 'archive').length === 2);
    assert.deepEqual(namesIn(binding.root, 'out'), ['a (2).pdf', 'a.pdf']);
    assert.equal(readFileSync(join(binding.root, 'archive', 'a (2).pdf'), 'utf8'), 'mine');
    for (const folder of ['out', 'archive']) {
      assert.equal(readFileSync(join(binding.root, folder, 'a.pdf'), 'utf8'), 'somebody’s');
    }
  });

  test('what cannot be sealed goes to failed/ with its reason; moving it to in/ is the retry', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    let refuse = true;
    const sealer = stampSealer(join(directory, 'server'), async () => {
      if (refuse) throw new SignetError('general.short-read', { offset: 4, wanted: 5 });
    });
    await running(t, optionsIn(directory, binding, { sealer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'a.pdf', 'bad');
    await until(() => namesIn(binding.root, 'failed').length === 2);
    assert.deepEqual(namesIn(binding.root, 'failed'), ['a.pdf', 'a.pdf.problem.txt']);
    assert.match(
      readFileSync(join(binding.root, 'failed', 'a.pdf.problem.txt'), 'utf8'),
      /general\.short-read/,
    );
    assert.equal(readFileSync(join(binding.root, 'failed', 'a.pdf'), 'utf8'), 'bad');
    refuse = false;
    renameSync(join(binding.root, 'failed', 'a.pdf'), join(binding.root, 'in', 'a.pdf'));
    await until(() => namesIn(binding.root, 'archive').includes('a.pdf'));
    assert.match(readFileSync(join(binding.root, 'out', 'a.pdf'), 'utf8'), /^bad\nSEALED/);
  });

  test('retryable errors wait, claim little, and nothing goes to failed/', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    let away = true;
    let asked = 0;
    const sealer = stampSealer(join(directory, 'server'), async () => {
      asked += 1;
      if (away) throw new SignetError('general.io', { path: 'server', reason: 'ECONNREFUSED' });
    });
    await running(t, optionsIn(directory, binding, { sealer, inFlight: 4 }));
    await until(() => namesIn(binding.root, '').includes('in'));
    for (let n = 0; n < 60; n += 1) drop(binding.root, `${n}.pdf`, `document ${n}`);
    await until(() => asked > 10);
    assert.ok(
      namesIn(binding.root, 'in').length > 40,
      'most are left to other clients while the server is away',
    );
    away = false;
    await until(() => namesIn(binding.root, 'archive').length === 60);
    assert.deepEqual(namesIn(binding.root, 'failed'), []);
    assert.equal(namesIn(binding.root, 'out').length, 60);
  });

  test('a document that waited past its deadline goes to failed/ with the last reason', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const sealer = {
      ...stampSealer(join(directory, 'server'), async () => {
        throw new SignetError('general.deadline', { what: 'The server', seconds: 1 });
      }),
      deadlineHours: () => 0.1 / 3600,
    };
    await running(t, optionsIn(directory, binding, { sealer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'a.pdf', 'late');
    await until(() => namesIn(binding.root, 'failed').length === 2);
    const problem = readFileSync(join(binding.root, 'failed', 'a.pdf.problem.txt'), 'utf8');
    assert.match(problem, /exchange\.deadline-passed/);
  });

  test('a writer that stalls and goes on after the claim: only its whole document is delivered', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const observer = listeningObserver();
    const path = join(binding.root, 'in', 'slow.pdf');
    let first = true;
    const sealer = stampSealer(join(directory, 'server'), async (arrival) => {
      if (!first) return;
      first = false;
      // The writer's handle follows the file to where it was claimed.
      appendFileSync(join(binding.root, 'work', binding.clientId, arrival.id, 'slow.pdf'), 'second half');
    });
    await running(t, optionsIn(directory, binding, { sealer, observer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    writeFileSync(path, 'first half, ');
    await until(() => namesIn(binding.root, 'archive').length === 1);
    assert.ok(observer.heard.includes('restarted slow.pdf'));
    assert.match(
      readFileSync(join(binding.root, 'out', 'slow.pdf'), 'utf8'),
      /^first half, second half\nSEALED/,
    );
    assert.equal(observer.heard.filter((line) => line.startsWith('delivered')).length, 1);
    assert.deepEqual(namesIn(binding.root, 'failed'), []);
  });

  test('half a document that is refused while its writer goes on does not go to failed/', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const sealer = stampSealer(join(directory, 'server'), async (arrival) => {
      const bytes = 'bytes' in arrival.document ? Buffer.from(arrival.document.bytes).toString() : '';
      if (bytes.endsWith('EOF')) return;
      appendFileSync(join(binding.root, 'work', binding.clientId, arrival.id, 'slow.pdf'), 'EOF');
      throw new SignetError('general.short-read', { offset: 0, wanted: 1 });
    });
    await running(t, optionsIn(directory, binding, { sealer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    writeFileSync(join(binding.root, 'in', 'slow.pdf'), 'half ');
    await until(() => namesIn(binding.root, 'archive').length === 1);
    assert.deepEqual(namesIn(binding.root, 'failed'), []);
  });

  test('with the marker a file is taken at once, without it (takeOn: marker) not at all', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory, { takeOn: 'marker' });
    await running(t, optionsIn(directory, binding));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'unmarked.pdf', 'u');
    drop(binding.root, 'marked.pdf', 'm');
    writeFileSync(join(binding.root, 'in', 'marked.pdf.ready'), '');
    await until(() => namesIn(binding.root, 'archive').length === 1);
    assert.deepEqual(namesIn(binding.root, 'out'), ['marked.pdf']);
    assert.deepEqual(namesIn(binding.root, 'in'), ['unmarked.pdf']);
  });

  test('a lowered result lies beside its document', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const plain = stampSealer(join(directory, 'server'));
    const sealer: typeof plain = {
      ...plain,
      async seal(arrival) {
        const sealed = await plain.seal(arrival);
        if (sealed.kind !== 'document') return sealed;
        return { ...sealed, record: { ...sealed.record, levelReached: 'B-B', timeStamp: null } };
      },
    };
    await running(t, optionsIn(directory, binding, { sealer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    drop(binding.root, 'a.pdf', 'a');
    await until(() => namesIn(binding.root, 'archive').length === 1);
    assert.deepEqual(namesIn(binding.root, 'out'), ['a.pdf', 'a.pdf.signet.json']);
    const record = JSON.parse(readFileSync(join(binding.root, 'out', 'a.pdf.signet.json'), 'utf8'));
    assert.equal(record.levelReached, 'B-B');
  });

  test('a share that vanishes and comes back loses nothing, and an empty mount point is not taken for it', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const observer = listeningObserver();
    let hold = true;
    const sealer = stampSealer(join(directory, 'server'), async () => {
      while (hold) await delay(5);
    });
    await running(t, optionsIn(directory, binding, { sealer, observer }));
    await until(() => namesIn(binding.root, '').includes('in'));
    for (let n = 0; n < 20; n += 1) drop(binding.root, `${n}.pdf`, `document ${n}`);
    await until(() => observer.heard.filter((line) => line.startsWith('claimed')).length === 8);
    renameSync(binding.root, `${binding.root}.unmounted`);
    mkdirSync(binding.root);
    hold = false;
    await until(() => observer.heard.includes('folder invoices exchange.root-away'));
    await delay(100);
    assert.deepEqual(namesIn(binding.root, '.'), [], 'nothing is made in an empty mount point');
    rmSync(binding.root, { recursive: true });
    renameSync(`${binding.root}.unmounted`, binding.root);
    await until(() => namesIn(binding.root, 'archive').length === 20);
    assert.equal(namesIn(binding.root, 'out').length, 20);
    assert.equal(observer.heard.filter((line) => line.startsWith('delivered')).length, 20);
    assert.deepEqual(namesIn(binding.root, 'failed'), []);
  });

  test('two clients on one folder with equal names: each document is sealed and delivered once', async (t) => {
    const directory = testDirectory(t);
    const first = bindingIn(directory, { onTaken: 'suffix' });
    const second = bindingIn(directory, { onTaken: 'suffix' });
    await running(t, optionsIn(directory, first));
    await running(t, optionsIn(directory, second));
    await until(() => namesIn(first.root, '').includes('in'));
    const sent = new Set<string>();
    for (let round = 0; round < 60; round += 1) {
      const name = `n${round % 3}.pdf`;
      while (namesIn(first.root, 'in').includes(name)) await delay(2);
      sent.add(`content ${round}`);
      drop(first.root, name, `content ${round}`);
    }
    await until(() => namesIn(first.root, 'archive').length === 60);
    const out = namesIn(first.root, 'out').map(
      (name) => readFileSync(join(first.root, 'out', name), 'utf8').split('\nSEALED')[0]!,
    );
    assert.deepEqual(out.sort(), [...sent].sort());
    assert.deepEqual(namesIn(first.root, 'failed'), []);
  });

  test('files of others’ kinds are left alone', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    await running(t, optionsIn(directory, binding));
    await until(() => namesIn(binding.root, '').includes('in'));
    const left = [
      '.hidden.pdf',
      'a.part',
      'a.pdf.tmp',
      'empty.pdf',
      'thumbs.db',
      '~$a.docx',
      'lone.pdf.ready',
    ];
    for (const name of left) writeFileSync(join(binding.root, 'in', name), name === 'empty.pdf' ? '' : 'x');
    drop(binding.root, 'real.pdf', 'x');
    await until(() => namesIn(binding.root, 'archive').length === 1);
    await delay(60);
    assert.deepEqual(namesIn(binding.root, 'in'), [...left].sort());
  });

  test('an empty file that is said to be complete goes to failed/', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    await running(t, optionsIn(directory, binding));
    await until(() => namesIn(binding.root, '').includes('in'));
    writeFileSync(join(binding.root, 'in', 'empty.pdf'), '');
    writeFileSync(join(binding.root, 'in', 'empty.pdf.ready'), '');
    await until(() => namesIn(binding.root, 'failed').length === 2);
    assert.match(
      readFileSync(join(binding.root, 'failed', 'empty.pdf.problem.txt'), 'utf8'),
      /exchange\.document-empty/,
    );
    assert.equal(statSync(join(binding.root, 'failed', 'empty.pdf')).size, 0);
  });

  test('two bindings over one folder are refused', async (t) => {
    const directory = testDirectory(t);
    const binding = bindingIn(directory);
    const options = optionsIn(directory, binding, { bindings: [binding, { ...binding, name: 'other' }] });
    await assert.rejects(running(t, options), { code: 'exchange.bindings-overlap' });
  });
});
