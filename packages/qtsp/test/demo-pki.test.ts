// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fixedClock } from '@signet/base';
import {
  certificateSignedBy,
  extendedKeyUsages,
  extensionOids,
  findRevokedCertificate,
  judgeRevocationList,
  parseRevocationList,
  readPkcs12,
} from '@signet/pkix';
import { OpensslDirectory, withoutOpenssl } from '../../../tests/testkit/openssl.ts';
import { DemoPki, demoPkiUrls, demoPolicies } from '../src/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'signet-qtsp-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const clock = fixedClock('2026-06-01T12:00:00Z');
const urls = demoPkiUrls('http://127.0.0.1:8091');
let directories = 0;
const newDirectory = () => join(scratch, `pki-${directories++}`);
const pki = await DemoPki.create({
  directory: newDirectory(),
  urls,
  clock,
  families: ['p256', 'p384', 'rsa3072'],
  sscd: true,
});

describe('a demo PKI', () => {
  test('has the credentials it promises, each signed by its issuer and valid now', () => {
    assert.deepEqual(pki.names, [
      ...['root', 'issuing', 'tsa', 'ocsp', 'tls-server', 'tls-client'],
      ...['seal-p256', 'seal-p384', 'seal-rsa3072'],
    ]);
    const root = pki.credential('root');
    assert.ok(certificateSignedBy(root.certificate, root.certificate));
    assert.ok(certificateSignedBy(pki.credential('issuing').certificate, root.certificate));
    for (const name of pki.names.slice(2)) {
      const { certificate, issuers, key } = pki.credential(name);
      assert.ok(certificateSignedBy(certificate, pki.credential('issuing').certificate), name);
      assert.deepEqual(
        issuers.map(({ fingerprint }) => fingerprint),
        [pki.credential('issuing').certificate.fingerprint],
      );
      assert.ok(certificate.isValidAt(clock.now()), name);
      assert.ok(
        createPublicKey(key.export({ type: 'pkcs8', format: 'pem' })).equals(certificate.publicKey),
        name,
      );
    }
  });

  test('makes seal certificates with the statements of qualified ones, marked as a test', () => {
    for (const name of ['seal-p256', 'seal-p384', 'seal-rsa3072']) {
      const { certificate } = pki.credential(name);
      assert.match(certificate.subject.attribute('CN')!, /TEST/);
      assert.equal(certificate.subject.attribute('O'), 'Signet Demo');
      assert.equal(certificate.subject.attribute('organizationIdentifier'), 'NTRXX-00000000');
      assert.deepEqual(certificate.certificatePolicies, [demoPolicies.seal]);
      assert.ok(demoPolicies.seal.startsWith('2.999.'));
      assert.deepEqual([...certificate.keyUsage!].sort(), ['digitalSignature', 'nonRepudiation']);
      const { compliance, sscd, types, pds } = certificate.qcStatements!;
      assert.deepEqual(
        { compliance, sscd, types, pds: pds.length },
        { compliance: true, sscd: true, types: ['eseal'], pds: 1 },
      );
      assert.deepEqual(certificate.crlUrls, ['http://127.0.0.1:8091/crl/issuing.crl']);
      assert.deepEqual(certificate.authorityInformationAccess, {
        ocsp: ['http://127.0.0.1:8091/ocsp'],
        caIssuers: ['http://127.0.0.1:8091/aia/issuing.cer'],
      });
    }
  });

  test('makes a time-stamping certificate for that alone, and an OCSP one that is not asked about', () => {
    const tsa = pki.credential('tsa').certificate;
    assert.deepEqual(tsa.extKeyUsage, [extendedKeyUsages.timeStamping]);
    assert.ok(tsa.isCritical(extensionOids.extKeyUsage));
    const ocsp = pki.credential('ocsp').certificate;
    assert.deepEqual(ocsp.extKeyUsage, [extendedKeyUsages.ocspSigning]);
    assert.ok(ocsp.extensions.has(extensionOids.ocspNoCheck));
  });

  test('makes a TLS certificate for the names of this machine', () => {
    const names = pki.credential('tls-server').certificate.subjectAltName;
    const loopback6 = Buffer.from('00000000000000000000000000000001', 'hex');
    assert.deepEqual(
      names.map((name) => (name.kind === 'ip' ? Buffer.from(name.octets) : name)),
      [{ kind: 'dns', text: 'localhost' }, Buffer.from([127, 0, 0, 1]), loopback6],
    );
  });

  test('gives PKCS#12 files that its password opens', () => {
    const password = readFileSync(pki.pkcs12PasswordFile, 'utf8');
    for (const name of ['seal-p256', 'seal-rsa3072', 'tls-client']) {
      const { key, certificates } = readPkcs12(readFileSync(pki.pkcs12File(name)), password);
      assert.ok(key.equals(pki.credential(name).key));
      assert.equal(certificates.length, 3);
    }
    assert.throws(() => readPkcs12(readFileSync(pki.pkcs12File('seal-p256')), 'wrong'));
  });

  test('keeps its secrets from others', {
    skip: process.platform === 'win32' && 'Windows has no such modes',
  }, () => {
    const secrets = readdirSync(pki.directory).filter((name) => /\.key\.pem$|\.p12$|password$/.test(name));
    assert.equal(secrets.length, pki.names.length + 4 + 1);
    for (const name of secrets) assert.equal(statSync(join(pki.directory, name)).mode & 0o777, 0o600, name);
  });

  test('can be opened again, and remembers', async () => {
    const directory = newDirectory();
    const made = await DemoPki.create({ directory, urls, clock });
    assert.ok(DemoPki.exists(directory));
    await made.issueTlsClient('client-b', clock);
    const opened = DemoPki.open(directory);
    assert.deepEqual(opened.names, made.names);
    assert.deepEqual(opened.urls, urls);
    assert.ok(opened.credential('client-b').key.equals(made.credential('client-b').key));
  });

  test('never overwrites: config.exists, and what was there stays', async () => {
    const before = readFileSync(pki.rootFile);
    await assert.rejects(DemoPki.create({ directory: pki.directory, urls, clock }), {
      code: 'config.exists',
    });
    assert.deepEqual(readFileSync(pki.rootFile), before);
    const directory = newDirectory();
    mkdirSync(directory);
    writeFileSync(join(directory, 'mine.txt'), 'mine');
    await assert.rejects(DemoPki.create({ directory, urls, clock }), { code: 'config.exists' });
    assert.deepEqual(readdirSync(directory), ['mine.txt']);
    assert.deepEqual(
      readdirSync(scratch).filter((name) => name.endsWith('.new')),
      [],
    );
    await assert.rejects(pki.issueSeal('seal-p256', 'p256', clock), { code: 'general.io' });
  });

  test('config.unreadable: where there is none, or another format', () => {
    const directory = newDirectory();
    assert.throws(() => DemoPki.open(directory), { code: 'config.unreadable' });
    mkdirSync(directory);
    for (const content of ['', '{', 'null', '{"format":2}']) {
      writeFileSync(join(directory, 'register.json'), content);
      assert.throws(() => DemoPki.open(directory), { code: 'config.unreadable' });
    }
  });
});

describe('revocation', () => {
  const listOf = (issuer: 'root' | 'issuing') =>
    parseRevocationList(readFileSync(pki.revocationListFile(issuer)));

  test('lists of both CAs are there from the beginning and verify', () => {
    for (const issuer of ['root', 'issuing'] as const) {
      judgeRevocationList(listOf(issuer), { issuer: pki.credential(issuer).certificate, at: clock.now() });
    }
  });

  test('a revoked certificate is in the next list and in the register, others are not', async () => {
    const { certificate } = await pki.issueSeal('seal-revoked', 'p256', clock);
    assert.deepEqual(pki.statusOf('issuing', certificate.serialNumberHex), { kind: 'good' });
    const before = listOf('issuing').crlNumber!;
    pki.revoke('seal-revoked', 'keyCompromise', clock);
    const list = listOf('issuing');
    assert.ok(list.crlNumber! > before);
    assert.equal(findRevokedCertificate(list, certificate)?.reason, 'keyCompromise');
    assert.equal(findRevokedCertificate(list, pki.credential('seal-p256').certificate), undefined);
    const status = DemoPki.open(pki.directory).statusOf('issuing', certificate.serialNumberHex);
    assert.deepEqual(status, { kind: 'revoked', revocationTime: clock.now(), reason: 'keyCompromise' });
  });

  test('serial numbers that were never issued are unknown, also ones of the other CA', () => {
    assert.deepEqual(pki.statusOf('issuing', '0102'), { kind: 'unknown' });
    const { serialNumberHex } = pki.credential('issuing').certificate;
    assert.deepEqual(pki.statusOf('issuing', serialNumberHex), { kind: 'unknown' });
    assert.deepEqual(pki.statusOf('root', serialNumberHex), { kind: 'good' });
  });
});

test('openssl verifies every path strictly', { skip: withoutOpenssl }, (context) => {
  const directory = new OpensslDirectory(context);
  for (const name of pki.names.slice(2)) {
    const { certificateFile } = pki.credential(name);
    const { ok, text } = directory.run(
      ...['verify', '-x509_strict', '-attime', '1780315200', '-CAfile', pki.rootFile],
      ...['-untrusted', certificateFile, certificateFile],
    );
    assert.ok(ok, text);
  }
});
