// SPDX-License-Identifier: Apache-2.0
// The worker's small parts, and what init makes, each for itself.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '@signet/base';
import { refuseExisting, writeNewFiles } from '@signet/program';
import { parseProcessConfiguration } from '../src/admin/process-configuration.ts';
import { issueServerCertificate, makeLocalCa } from '../src/init/local-ca.ts';
import { privateHosts, refusePrivate } from '../src/worker/private-hosts.ts';
import { openPrivateSpool } from '../src/worker/private-spool.ts';
import { secretBox } from '../src/worker/secret-box.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-worker-'));
after(() => rmSync(root, { recursive: true }));

describe('the secret box', () => {
  const box = secretBox('ab'.repeat(32), 'file:master.key');
  const reader = box.reader({ read: (reference) => `other ${reference}` });

  it('gives back what it wrapped, and leaves other references to others', () => {
    const reference = box.wrap('open sesame');
    assert.ok(!reference.includes('sesame'));
    assert.notEqual(box.wrap('open sesame'), reference);
    assert.equal(reader.read(reference), 'open sesame');
    assert.equal(reader.read('file:x'), 'other file:x');
  });

  it('refuses what was changed, cut, or wrapped under another key', () => {
    const reference = box.wrap('open sesame');
    const packed = Buffer.from(reference.slice('wrapped:'.length), 'base64url');
    for (let at = 0; at < packed.length; at += 1) {
      const changed = Buffer.from(packed);
      changed[at]! ^= 1;
      assert.throws(() => reader.read(`wrapped:${changed.toString('base64url')}`), {
        code: 'config.secret-unavailable',
      });
      const cut = packed.subarray(0, at).toString('base64url');
      assert.throws(() => reader.read(`wrapped:${cut}`), { code: 'config.secret-unavailable' });
    }
    const other = secretBox('cd'.repeat(32), 'file:master.key').wrap('open sesame');
    assert.throws(() => reader.read(other), { code: 'config.secret-unavailable' });
  });

  it('wants a master key of 32 bytes', () => {
    for (const key of ['', 'ab', 'zz'.repeat(32), 'ab'.repeat(31)]) {
      assert.throws(() => secretBox(key, 'file:master.key'), { code: 'config.master-key-size' });
    }
  });
});

describe('hosts of private address', () => {
  const allowed = privateHosts(['tsa.internal', '127.0.0.1:8318', '[::1]:443']);

  it('are allowed by name, or by name and port', () => {
    assert.ok(allowed('https://tsa.internal/tsa'));
    assert.ok(allowed('https://tsa.internal:444/tsa'));
    assert.ok(allowed('https://127.0.0.1:8318/tsa'));
    assert.ok(!allowed('https://127.0.0.1/tsa'));
    assert.ok(allowed('https://[::1]/tsa'));
    assert.ok(!allowed('http://[::1]/tsa'));
  });

  it('are refused to an administrator whom the operator did not allow them', () => {
    const authority = { name: 'a', url: 'https://10.0.0.1/tsa', allowPlain: false, timeoutSeconds: 1 };
    assert.doesNotThrow(() => refusePrivate(authority, allowed));
    assert.throws(() => refusePrivate({ ...authority, allowPrivate: true }, allowed), {
      code: 'config.private-host-not-allowed',
    });
  });
});

describe('a private spool', () => {
  it('removes what dead processes left, and nothing of the living', () => {
    const spools = join(root, 'spool');
    for (const name of ['999999999', String(process.ppid), 'notes']) {
      mkdirSync(join(spools, name), { recursive: true });
      writeFileSync(join(spools, name, 'file'), '');
    }
    const spool = openPrivateSpool(spools);
    assert.equal(spool.directory, join(spools, String(process.pid)));
    assert.throws(() => refuseExisting(spools, [`${process.ppid}/file`]), { code: 'config.exists' });
    assert.throws(() => refuseExisting(spools, ['notes/file']), { code: 'config.exists' });
    assert.doesNotThrow(() => refuseExisting(spools, ['999999999']));
  });
});

describe('init', () => {
  it('makes a CA and a server certificate for names and addresses of both kinds', () => {
    const ca = makeLocalCa('host.example', systemClock);
    const names = ['host.example', '127.0.0.1', '::1', '2001:db8::8:800:200c:417a', '::ffff:10.1.2.3'];
    const { certificate } = issueServerCertificate(ca, names, systemClock);
    const [server, authority] = [
      new X509Certificate(certificate.bytes),
      new X509Certificate(ca.certificate.bytes),
    ];
    assert.ok(server.checkIssued(authority));
    assert.ok(server.verify(authority.publicKey));
    assert.equal(server.checkHost('host.example'), 'host.example');
    assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1');
    assert.ok(server.checkIP('::1'));
    assert.ok(server.checkIP('2001:db8::8:800:200c:417a'));
    assert.equal(server.checkHost('other.example'), undefined);
    assert.ok(authority.ca && !server.ca);
  });

  it('never overwrites', () => {
    const directory = join(root, 'init');
    writeNewFiles(directory, [{ path: 'a', content: 'first' }]);
    assert.throws(() => writeNewFiles(directory, [{ path: 'a', content: 'second' }]), {
      code: 'config.exists',
    });
  });
});

describe('a process configuration from outside', () => {
  const minimal = { format: 1, process: 'p', documentFormat: 'pades', level: 'B-B', credential: 'c' };

  it('gets what it leaves out', () => {
    const { limits, transfer, digestAlgorithm, pades } = parseProcessConfiguration(minimal);
    assert.equal(digestAlgorithm, 'sha256');
    assert.deepEqual(transfer, { document: true, hash: false });
    assert.deepEqual(pades, {});
    assert.equal(limits.deadlineHours, 24);
  });

  it('is refused with the key that is wrong', () => {
    const cases: [unknown, string][] = [
      [{ ...minimal, credentials: 'c' }, 'credentials'],
      [{ ...minimal, limits: { maxBytes: 0 } }, 'limits.maxBytes'],
      [{ ...minimal, pades: { reasons: '' } }, 'pades.reasons'],
      [{ format: 1 }, 'process'],
      ['text', '(the file)'],
      [null, '(the file)'],
    ];
    for (const [value, key] of cases) {
      assert.throws(
        () => parseProcessConfiguration(value),
        (error: Error & { code?: string; details?: { key?: string } }) => {
          assert.equal(error.code, 'config.process-invalid');
          assert.equal(error.details?.key, key);
          return true;
        },
      );
    }
  });
});
