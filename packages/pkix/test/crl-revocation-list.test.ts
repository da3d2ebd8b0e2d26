// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { OpensslDirectory, withoutOpenssl } from '../../../tests/testkit/openssl.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildName,
  buildRevocationList,
  type DerValue,
  der,
  encodeDer,
  encodePem,
  findRevokedCertificate,
  generalName,
  isInScope,
  judgeRevocationList,
  keySigner,
  parseRevocationList,
  type RevocationListInput,
  revokedCertificates,
  signedStructure,
} from '../src/index.ts';

const pki = new TestPki();
const { certificate: issuer, key } = pki.issuing;
const day = 86_400_000;
const usual: RevocationListInput = {
  issuer,
  signer: keySigner(key),
  crlNumber: 42n,
  thisUpdate: pkiTime,
  nextUpdate: new Date(pkiTime.getTime() + day),
  revoked: [],
};
const seal = pki.seal('p256').certificate;

const build = (changes: Partial<RevocationListInput> = {}) => buildRevocationList({ ...usual, ...changes });
const parsed = (changes: Partial<RevocationListInput> = {}) => parseRevocationList(build(changes));

/** A signed list with any extensions and entries. */
function handmade(extensions: readonly DerValue[], ...entries: readonly DerValue[]) {
  const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  const tbs = der.sequence(
    der.integer(1),
    algorithm,
    issuer.subject.bytes,
    der.time(pkiTime),
    entries.length === 0 ? undefined : der.sequenceOf(entries),
    extensions.length === 0 ? undefined : der.context(0, der.sequenceOf(extensions)),
  );
  return parseRevocationList(signedStructure(encodeDer(tbs), key, 'ecdsa-sha256'));
}

const extension = (oid: string, value: DerValue, critical = false) =>
  der.sequence(der.oid(oid), der.booleanOrAbsent(critical), der.octetString(value));

describe('a revocation list', () => {
  test('comes back as written', () => {
    const list = parsed();
    assert.ok(list.issuer.equals(issuer.subject));
    assert.deepEqual(
      [list.thisUpdate, list.nextUpdate, list.crlNumber, list.deltaBase, list.issuingDistributionPoint],
      [pkiTime, usual.nextUpdate, 42n, undefined, undefined],
    );
    assert.deepEqual([...revokedCertificates(list)], []);
    judgeRevocationList(list, { issuer, at: pkiTime });
  });

  test('finds every entry that is there and none that is not', () => {
    const serial = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((octets) => {
      octets[0] = (octets[0]! & 0x3f) | 0x40;
      return octets;
    });
    const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
    const serials = fc.uniqueArray(serial, { maxLength: 40, selector: hex });
    fc.assert(
      fc.property(serials, serial, (listed, other) => {
        const revoked = listed.map((serialNumber) => ({ serialNumber, revocationDate: pkiTime }));
        const list = parsed({ revoked });
        assert.deepEqual(
          [...revokedCertificates(list)].map((each) => hex(each.serialNumber)),
          listed.map(hex),
        );
        for (const serialNumber of [...listed, other]) {
          const found = findRevokedCertificate(list, { serialNumber, issuer: issuer.subject });
          assert.equal(found !== undefined, listed.map(hex).includes(hex(serialNumber)));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('tells reason and invalidity date', () => {
    const invalidityDate = new Date('2026-01-02T03:04:05Z');
    const { serialNumber } = seal;
    const entry = { serialNumber, revocationDate: pkiTime, reason: 'keyCompromise', invalidityDate } as const;
    const found = findRevokedCertificate(parsed({ revoked: [entry] }), seal);
    const { certificateIssuer, unknownCritical, ...rest } = found!;
    assert.deepEqual(
      { ...rest, serialNumber: Buffer.from(rest.serialNumber) },
      {
        ...entry,
        serialNumber: Buffer.from(serialNumber),
      },
    );
    assert.deepEqual([certificateIssuer, unknownCritical], [undefined, []]);
    const unspecified = parsed({
      revoked: [{ serialNumber, revocationDate: pkiTime, reason: 'unspecified' }],
    });
    assert.equal(findRevokedCertificate(unspecified, seal)?.reason, undefined);
  });

  test('says nothing of certificates of another issuer with the same serial number', () => {
    const list = parsed({ revoked: [{ serialNumber: seal.serialNumber, revocationDate: pkiTime }] });
    const { serialNumber } = seal;
    assert.equal(
      findRevokedCertificate(list, { serialNumber, issuer: pki.root.certificate.subject }),
      undefined,
    );
    assert.ok(findRevokedCertificate(list, seal));
  });

  test('of ten megabytes is read without going through it, and searched without keeping anything', () => {
    const serialNumber = (index: number) => {
      const octets = Buffer.alloc(16, 0x55);
      octets.writeUInt32BE(0x40000000 + index);
      return octets;
    };
    const count = 250_000;
    const revoked = Array.from({ length: count }, (_, index) => ({
      serialNumber: serialNumber(index),
      revocationDate: pkiTime,
    }));
    const bytes = build({ revoked });
    assert.ok(bytes.length > 8_000_000);
    const list = parseRevocationList(bytes);
    judgeRevocationList(list, { issuer });
    const { subject } = issuer;
    assert.ok(findRevokedCertificate(list, { serialNumber: serialNumber(count - 1), issuer: subject }));
    assert.equal(
      findRevokedCertificate(list, { serialNumber: serialNumber(count), issuer: subject }),
      undefined,
    );
  });

  test('that is indirect is about the issuer that its entries name', () => {
    const other = buildName([['CN', 'Other CA']]);
    const named = extension('2.5.29.29', der.sequence(generalName({ kind: 'directory', name: other })), true);
    const entry = (serial: number, ...more: readonly DerValue[]) =>
      der.sequence(
        der.integer(serial),
        der.time(pkiTime),
        more.length === 0 ? undefined : der.sequenceOf(more),
      );
    const indirect = extension('2.5.29.28', der.sequence(der.implicit(4, der.boolean(true))), true);
    const list = handmade([indirect], entry(1), entry(2, named), entry(3));
    const find = (serial: number, issuerName: typeof other) =>
      findRevokedCertificate(list, { serialNumber: Uint8Array.of(serial), issuer: issuerName }) !== undefined;
    assert.deepEqual(
      [1, 2, 3].map((serial) => find(serial, issuer.subject)),
      [true, false, false],
    );
    assert.deepEqual(
      [1, 2, 3].map((serial) => find(serial, other)),
      [false, true, true],
    );
  });

  test('without nextUpdate, extensions or version is read', () => {
    const list = handmade([]);
    assert.deepEqual([list.nextUpdate, list.crlNumber, list.extensions.size], [undefined, undefined, 0]);
    judgeRevocationList(list, { issuer, at: new Date('2036-01-01') });
  });

  test('tells entries with critical extensions that are not known', () => {
    const strange = der.sequenceOf([extension('1.2.3.4', der.nothing(), true)]);
    const list = handmade([], der.sequence(der.integer(5), der.time(pkiTime), strange));
    assert.deepEqual(
      [...revokedCertificates(list)].map((entry) => entry.unknownCritical),
      [['1.2.3.4']],
    );
  });
});

describe('the scope of a revocation list', () => {
  const ca = issuer;
  test('complete lists are about everything, delta lists about nothing by themselves', () => {
    assert.ok(isInScope(parsed(), seal));
    assert.equal(parsed({ deltaBase: 41n }).deltaBase, 41n);
    assert.ok(!isInScope(parsed({ deltaBase: 41n }), seal));
  });

  test('lists for users and for CAs alone', () => {
    const users = parsed({ issuingDistributionPoint: { onlyContains: 'userCerts' } });
    const cas = parsed({ issuingDistributionPoint: { onlyContains: 'caCerts' } });
    assert.deepEqual([isInScope(users, seal), isInScope(users, ca)], [true, false]);
    assert.deepEqual([isInScope(cas, seal), isInScope(cas, ca)], [false, true]);
  });

  test('a list of one distribution point is about the certificates that name it', () => {
    const of = (crlUrls: readonly string[]) =>
      pki.issue('Point', { issuer: pki.issuing, extensions: { crlUrls } }).certificate;
    const list = parsed({ issuingDistributionPoint: { uri: 'http://crl.example/a' } });
    assert.deepEqual(list.issuingDistributionPoint?.fullName, [
      { kind: 'uri', text: 'http://crl.example/a' },
    ]);
    assert.ok(isInScope(list, of(['http://crl.example/b', 'http://crl.example/a'])));
    assert.ok(!isInScope(list, of(['http://crl.example/b'])));
    assert.ok(!isInScope(list, seal));
  });

  test('lists for attribute certificates and for some reasons alone say nothing', () => {
    const attribute = handmade([
      extension('2.5.29.28', der.sequence(der.implicit(5, der.boolean(true))), true),
    ]);
    const reasons = handmade([
      extension('2.5.29.28', der.sequence(der.implicit(3, der.namedBits([1]))), true),
    ]);
    assert.deepEqual([isInScope(attribute, seal), isInScope(reasons, seal)], [false, false]);
  });
});

describe('judgeRevocationList', () => {
  const judge = (list: ReturnType<typeof parsed>, more: object = {}) =>
    judgeRevocationList(list, { issuer, at: pkiTime, ...more });

  test('crl.issuer-mismatch', () => {
    assert.throws(() => judge(parsed(), { issuer: pki.root.certificate }), { code: 'crl.issuer-mismatch' });
  });

  test('crl.issuer-unauthorized: a certificate that may not sign lists', () => {
    const extensions = { keyUsage: ['keyCertSign'] } as const;
    const { certificate } = pki.issue('Test Issuing CA', { issuer: pki.root, key, extensions });
    assert.throws(() => judge(parsed(), { issuer: certificate }), { code: 'crl.issuer-unauthorized' });
  });

  test('crl.signature-invalid: another key of the same name, and changed octets', () => {
    const { certificate } = pki.issue('Test Issuing CA', { issuer: pki.root });
    assert.throws(() => judge(parsed(), { issuer: certificate }), { code: 'crl.signature-invalid' });
    const bytes = build({ revoked: [{ serialNumber: seal.serialNumber, revocationDate: pkiTime }] });
    bytes[Buffer.from(bytes).indexOf(seal.serialNumber) + 5]! ^= 1;
    assert.throws(() => judge(parseRevocationList(bytes)), { code: 'crl.signature-invalid' });
  });

  test('crl.not-yet-valid and crl.stale, with a tolerance for clocks', () => {
    const list = parsed();
    const at = (milliseconds: number) => ({ at: new Date(pkiTime.getTime() + milliseconds) });
    judge(list, at(-60_000));
    judge(list, at(day + 60_000));
    assert.throws(() => judge(list, at(-60_001)), { code: 'crl.not-yet-valid' });
    assert.throws(() => judge(list, at(day + 60_001)), { code: 'crl.stale' });
    judgeRevocationList(list, { issuer });
  });

  test('crl.not-supported: a critical extension that nobody knows', () => {
    const list = handmade([extension('1.2.3.4', der.nothing(), true)]);
    assert.throws(() => judge(list), { code: 'crl.not-supported', details: { oid: '1.2.3.4' } });
    judge(handmade([extension('1.2.3.4', der.nothing())]));
  });
});

describe('with openssl', { skip: withoutOpenssl }, () => {
  test('it verifies our list and lists our entries', (context) => {
    const directory = new OpensslDirectory(context);
    const revoked = [
      { serialNumber: seal.serialNumber, revocationDate: pkiTime, reason: 'superseded' },
    ] as const;
    const { ok, text } = directory.run(
      ...['crl', '-inform', 'DER', '-in', directory.file('list.crl', build({ revoked })), '-text', '-verify'],
      ...['-CAfile', directory.file('ca.pem', encodePem('CERTIFICATE', issuer.bytes))],
    );
    assert.ok(ok && text.includes('verify OK'), text);
    assert.ok(text.includes(seal.serialNumberHex.toUpperCase()) && text.includes('Superseded'), text);
  });

  test('we judge its list and find its entry', (context) => {
    const directory = new OpensslDirectory(context);
    const line = `R\t360101000000Z\t260301000000Z,keyCompromise\t${seal.serialNumberHex.toUpperCase()}\tunknown\t/CN=x`;
    const paths = {
      database: directory.file('index.txt', `${line}\n`),
      crlnumber: directory.file('number', '0A\n'),
    };
    const settings = `[ca]\ndefault_ca = d\n[d]\ndatabase = ${paths.database}\ncrlnumber = ${paths.crlnumber}\ndefault_md = sha256\ndefault_crl_days = 30\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid\n`;
    const { ok, text } = directory.run(
      ...['ca', '-gencrl', '-config', directory.file('ca.cnf', settings), '-out', directory.path('list.pem')],
      ...['-cert', directory.file('ca.pem', encodePem('CERTIFICATE', issuer.bytes))],
      ...['-keyfile', directory.file('ca.key', key.export({ type: 'pkcs8', format: 'pem' }))],
    );
    assert.ok(ok, text);
    directory.run(
      'crl',
      '-in',
      directory.path('list.pem'),
      '-outform',
      'DER',
      '-out',
      directory.path('list.crl'),
    );
    const list = parseRevocationList(readFileSync(directory.path('list.crl')));
    judgeRevocationList(list, { issuer });
    assert.equal(list.crlNumber, 10n);
    assert.equal(findRevokedCertificate(list, seal)?.reason, 'keyCompromise');
  });
});

describe('what is no revocation list is refused as crl.malformed', () => {
  const list = build({ revoked: [{ serialNumber: seal.serialNumber, revocationDate: pkiTime }] });
  test('every truncation, and something after it', () => {
    for (let length = 0; length < list.length; length++) {
      assert.throws(() => parseRevocationList(list.subarray(0, length)), { code: 'crl.malformed' });
    }
    assert.throws(() => parseRevocationList(Buffer.concat([list, Uint8Array.of(0)])), {
      code: 'crl.malformed',
    });
  });

  test('entries that cannot be read, when they are read', () => {
    const broken = handmade([], der.sequence(der.integer(1)), der.nothing());
    assert.throws(() => [...revokedCertificates(broken)], { code: 'crl.malformed' });
    assert.throws(() => findRevokedCertificate(broken, seal), { code: 'crl.malformed' });
  });

  test('an extension twice', () => {
    const number = extension('2.5.29.20', der.integer(1));
    assert.throws(() => handmade([number, number]), { code: 'crl.malformed' });
  });
});
