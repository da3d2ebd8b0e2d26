// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  anyPolicy,
  buildCertificate,
  buildName,
  type Certificate,
  type CertificateExtensions,
  certificateSignedBy,
  der,
  encodeDer,
  extensionOids,
  generalName,
  publicKeyOf,
  randomSerialNumber,
} from '@signet/pkix';
import {
  findCertificationPath,
  type PathFailureReason,
  type PathRequest,
  type PathSubIndication,
} from '../src/path/index.ts';

const at = new Date('2026-06-01T00:00:00Z');
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

interface Authority {
  readonly certificate: Certificate;
  readonly key: ReturnType<typeof newKey>;
}

interface Issue {
  readonly by?: Authority;
  readonly key?: ReturnType<typeof newKey>;
  readonly extensions?: CertificateExtensions;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

const authority: CertificateExtensions = {
  basicConstraints: { ca: true },
  keyUsage: ['keyCertSign', 'cRLSign'],
};

function issue(
  name: string,
  { by, key = newKey(), extensions = {}, notBefore = '2026-01-01', notAfter = '2027-01-01' }: Issue = {},
): Authority {
  const certificate = buildCertificate({
    subject: buildName([
      ['O', 'Test'],
      ['CN', name],
    ]),
    subjectPublicKeyInfo: publicKeyOf(key).export({ format: 'der', type: 'spki' }),
    serialNumber: randomSerialNumber(),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    issuer: by === undefined ? { key } : { certificate: by.certificate, key: by.key },
    extensions,
  });
  return { certificate, key };
}

const root = issue('Root', { extensions: authority });
const ca = issue('CA', { by: root, extensions: authority });
const seal = issue('Seal', { by: ca });

const find = (request: Partial<PathRequest> = {}) =>
  findCertificationPath({
    certificate: seal.certificate,
    candidates: [ca.certificate],
    anchors: [root.certificate],
    at,
    ...request,
  });

function fails(
  request: Partial<PathRequest>,
  reason: PathFailureReason,
  subIndication: PathSubIndication,
): void {
  const result = find(request);
  assert.equal(result.status, 'invalid');
  assert.deepEqual([result.failures[0]?.reason, result.subIndication], [reason, subIndication]);
}

describe('a path', () => {
  test('leads from the certificate to the anchor', () => {
    const result = find();
    assert.equal(result.status, 'valid');
    assert.deepEqual(result.path, [seal.certificate, ca.certificate]);
    assert.equal(result.anchor, root.certificate);
  });

  test('does not mind the order of candidates, strangers among them, and the anchor among them', () => {
    const stranger = issue('CA', { extensions: authority });
    const candidates = [seal.certificate, stranger.certificate, root.certificate, ca.certificate];
    assert.equal(find({ candidates }).status, 'valid');
  });

  test('may be the certificate alone where it is an anchor', () => {
    const result = find({ anchors: [seal.certificate], candidates: [] });
    assert.equal(result.status, 'valid');
    assert.deepEqual(result.path, [seal.certificate]);
  });

  test('may begin below the root', () =>
    assert.equal(find({ anchors: [ca.certificate], candidates: [] }).status, 'valid'));

  test('may end in an anchor that has expired: only its name and key count', () => {
    const old = issue('Root', {
      key: root.key,
      extensions: authority,
      notBefore: '2000-01-01',
      notAfter: '2001-01-01',
    });
    assert.equal(find({ anchors: [old.certificate] }).status, 'valid');
  });

  test('is looked for through all issuers of the same name until one holds', () => {
    // The issuer that the key identifier points to has expired; another certificate of the same key has not.
    const expired = issue('CA', {
      by: root,
      key: ca.key,
      extensions: authority,
      notBefore: '2020-01-01',
      notAfter: '2021-01-01',
    });
    for (const candidates of [
      [expired.certificate, ca.certificate],
      [ca.certificate, expired.certificate],
    ]) {
      assert.equal(find({ candidates }).status, 'valid');
    }
  });

  test('goes through a cross-certificate when the direct issuer leads nowhere', () => {
    const otherRoot = issue('Other Root', { extensions: authority });
    const cross = issue('Root', { by: otherRoot, key: root.key, extensions: authority });
    const result = find({
      candidates: [ca.certificate, root.certificate, cross.certificate],
      anchors: [otherRoot.certificate],
    });
    assert.equal(result.status, 'valid');
    assert.deepEqual(result.path, [seal.certificate, ca.certificate, cross.certificate]);
  });
});

describe('no path', () => {
  test('without the issuer', () => fails({ candidates: [] }, 'no-issuer', 'NO_CERTIFICATE_CHAIN_FOUND'));
  test('to another anchor', () =>
    fails({ anchors: [issue('Other').certificate] }, 'no-issuer', 'NO_CERTIFICATE_CHAIN_FOUND'));
  test('without anchors', () => fails({ anchors: [] }, 'no-issuer', 'NO_CERTIFICATE_CHAIN_FOUND'));

  test('by an issuer of the same name and another key', () => {
    const impostor = issue('CA', { by: root, extensions: authority });
    fails({ candidates: [impostor.certificate] }, 'signature', 'NO_CERTIFICATE_CHAIN_FOUND');
  });

  test('through certificates that certify each other in a ring', () => {
    const [one, two] = [issue('One'), issue('Two')];
    const oneByTwo = issue('One', { by: two, key: one.key, extensions: authority });
    const twoByOne = issue('Two', { by: one, key: two.key, extensions: authority });
    const target = issue('Target', { by: oneByTwo });
    assert.ok(certificateSignedBy(oneByTwo.certificate, twoByOne.certificate));
    const result = find({
      certificate: target.certificate,
      candidates: [oneByTwo.certificate, twoByOne.certificate],
    });
    assert.equal(result.status, 'invalid');
  });

  test('through a heap of hostile cross-certificates, in bounded work', () => {
    const key = newKey();
    const self = { certificate: issue('Hub', { key, extensions: authority }).certificate, key };
    const candidates = Array.from(
      { length: 60 },
      () => issue('Hub', { by: self, key: newKey(), extensions: authority }).certificate,
    );
    const target = issue('Target', { by: self });
    const result = find({ certificate: target.certificate, candidates: [...candidates, self.certificate] });
    assert.equal(result.status, 'invalid');
  });
});

describe('a path that breaks a rule', () => {
  const through = (extensions: CertificateExtensions, more: Issue = {}) =>
    issue('CA', { by: root, extensions, ...more });
  const below = (issuer: Authority, more: Issue = {}): Partial<PathRequest> => ({
    certificate: issue('Seal', { by: issuer, ...more }).certificate,
    candidates: [issuer.certificate],
  });

  test('expired', () => fails(below(ca, { notAfter: '2026-05-31' }), 'expired', 'OUT_OF_BOUNDS_NO_POE'));
  test('not yet valid', () =>
    fails(below(ca, { notBefore: '2026-06-02' }), 'not-yet-valid', 'OUT_OF_BOUNDS_NO_POE'));
  test('expired issuer', () =>
    fails(
      below(through(authority, { notAfter: '2026-05-31' })),
      'expired',
      'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ));
  test('issuer that is no CA', () => fails(below(through({})), 'not-a-ca', 'CHAIN_CONSTRAINTS_FAILURE'));
  test('issuer whose key is not for certificates', () =>
    fails(below(through({ ...authority, keyUsage: ['cRLSign'] })), 'key-usage', 'CHAIN_CONSTRAINTS_FAILURE'));

  test('path longer than allowed', () => {
    const short = through({ ...authority, basicConstraints: { ca: true, pathLength: 0 } });
    const sub = issue('Sub', { by: short, extensions: authority });
    const request = below(sub);
    fails(
      { ...request, candidates: [short.certificate, sub.certificate] },
      'path-length',
      'CHAIN_CONSTRAINTS_FAILURE',
    );
    assert.equal(find(below(short)).status, 'valid');
  });

  test('critical extension that is not known', () => {
    const others = [{ oid: '1.2.3.4', critical: true, value: encodeDer(der.nothing()) }];
    fails(below(ca, { extensions: { others } }), 'critical-extension', 'CERTIFICATE_CHAIN_GENERAL_FAILURE');
  });

  test('extension that cannot be read', () => {
    const others = [{ oid: extensionOids.nameConstraints, critical: true, value: encodeDer(der.nothing()) }];
    fails(below(through({ ...authority, others })), 'malformed', 'CERTIFICATE_CHAIN_GENERAL_FAILURE');
  });

  test('revoked, on hold, unknown', () => {
    fails(
      { revocation: (each) => (each === seal.certificate ? 'revoked' : 'good') },
      'revoked',
      'REVOKED_NO_POE',
    );
    fails(
      { revocation: (each) => (each === ca.certificate ? 'revoked' : 'good') },
      'revoked',
      'REVOKED_CA_NO_POE',
    );
    fails({ revocation: () => 'on-hold' }, 'on-hold', 'TRY_LATER');
    fails({ revocation: () => 'unknown' }, 'revocation-unknown', 'TRY_LATER');
    assert.equal(find({ revocation: () => 'good' }).status, 'valid');
  });

  describe('name constraints', () => {
    const subtree = (...names: Parameters<typeof generalName>) => der.sequence(generalName(...names));
    const constrained = (permitted: boolean, ...name: Parameters<typeof generalName>) => {
      const value = encodeDer(der.sequence(der.context(permitted ? 0 : 1, subtree(...name))));
      return through({
        ...authority,
        others: [{ oid: extensionOids.nameConstraints, critical: true, value }],
      });
    };
    type San = NonNullable<CertificateExtensions['subjectAltName']>[number];
    const mask = (text: string) => Buffer.from(text, 'hex');
    const rows: readonly (readonly [string, San, San, boolean])[] = [
      ['host below', { kind: 'dns', text: 'example.pl' }, { kind: 'dns', text: 'a.EXAMPLE.pl' }, true],
      [
        'host that only ends alike',
        { kind: 'dns', text: 'example.pl' },
        { kind: 'dns', text: 'badexample.pl' },
        false,
      ],
      [
        'mail of a host',
        { kind: 'email', text: 'example.pl' },
        { kind: 'email', text: 'a@example.pl' },
        true,
      ],
      [
        'mail of a host below',
        { kind: 'email', text: 'example.pl' },
        { kind: 'email', text: 'a@b.example.pl' },
        false,
      ],
      [
        'mail of any host below',
        { kind: 'email', text: '.example.pl' },
        { kind: 'email', text: 'a@b.example.pl' },
        true,
      ],
      [
        'one mailbox',
        { kind: 'email', text: 'a@example.pl' },
        { kind: 'email', text: 'A@example.pl' },
        false,
      ],
      [
        'URI',
        { kind: 'uri', text: '.example.pl' },
        { kind: 'uri', text: 'https://u@a.example.pl:8443/x' },
        true,
      ],
      [
        'URI of another host',
        { kind: 'uri', text: '.example.pl' },
        { kind: 'uri', text: 'https://a.example.com/.example.pl' },
        false,
      ],
      ['URI without host', { kind: 'uri', text: '.example.pl' }, { kind: 'uri', text: 'urn:x' }, false],
      [
        'address in the network',
        { kind: 'ip', octets: mask('0a000000ff000000') },
        { kind: 'ip', octets: mask('0a010203') },
        true,
      ],
      [
        'address outside',
        { kind: 'ip', octets: mask('0a000000ff000000') },
        { kind: 'ip', octets: mask('0b010203') },
        false,
      ],
      [
        'address of the other version',
        { kind: 'ip', octets: mask('0a000000ff000000') },
        { kind: 'ip', octets: new Uint8Array(16) },
        false,
      ],
      [
        'name below',
        { kind: 'directory', name: buildName([['O', 'test']]) },
        { kind: 'dns', text: 'x' },
        true,
      ],
      [
        'name elsewhere',
        { kind: 'directory', name: buildName([['O', 'Other']]) },
        { kind: 'dns', text: 'x' },
        false,
      ],
    ];
    for (const [name, base, alternative, inside] of rows) {
      test(`${name}: ${inside ? 'permitted' : 'outside'}`, () => {
        const request = below(constrained(true, base), { extensions: { subjectAltName: [alternative] } });
        assert.equal(find(request).status, inside ? 'valid' : 'invalid');
      });
      if (base.kind === 'uri' && !inside && alternative.kind === 'uri' && alternative.text === 'urn:x')
        continue;
      test(`${name}: ${inside ? 'excluded' : 'not excluded'}`, () => {
        const request = below(constrained(false, base), { extensions: { subjectAltName: [alternative] } });
        assert.equal(find(request).status, inside ? 'invalid' : 'valid');
      });
    }

    test('mail in the subject counts too', () => {
      const issuer = constrained(false, { kind: 'email', text: 'example.pl' });
      const certificate = buildCertificate({
        subject: buildName([
          ['CN', 'x'],
          ['emailAddress', 'a@example.pl'],
        ]),
        subjectPublicKeyInfo: publicKeyOf(seal.key).export({ format: 'der', type: 'spki' }),
        serialNumber: randomSerialNumber(),
        notBefore: new Date('2026-01-01'),
        notAfter: new Date('2027-01-01'),
        issuer: { certificate: issuer.certificate, key: issuer.key },
      });
      fails(
        { certificate, candidates: [issuer.certificate] },
        'name-constraints',
        'CHAIN_CONSTRAINTS_FAILURE',
      );
    });
  });
});

describe('policies', () => {
  const withPolicies = (
    name: string,
    by: Authority,
    policies: readonly string[],
    more: CertificateExtensions = {},
  ) => issue(name, { by, extensions: { ...more, certificatePolicies: policies } });
  const explicit = { requireExplicit: true };

  test('hold along the path', () => {
    const issuer = withPolicies('CA', root, ['1.2.3', '1.2.4'], authority);
    const { certificate } = withPolicies('Seal', issuer, ['1.2.4', '1.2.5']);
    const result = find({ certificate, candidates: [issuer.certificate], policy: explicit });
    assert.equal(result.status, 'valid');
    assert.deepEqual(result.policies, ['1.2.4']);
    fails(
      { certificate, candidates: [issuer.certificate], policy: { ...explicit, initial: ['1.2.3'] } },
      'policy',
      'CHAIN_CONSTRAINTS_FAILURE',
    );
  });

  test('any policy stands for all, unless it is inhibited', () => {
    const issuer = withPolicies('CA', root, [anyPolicy], authority);
    const { certificate } = withPolicies('Seal', issuer, ['1.2.5']);
    const request = { certificate, candidates: [issuer.certificate] };
    assert.equal(find({ ...request, policy: explicit }).status, 'valid');
    fails({ ...request, policy: { ...explicit, inhibitAny: true } }, 'policy', 'CHAIN_CONSTRAINTS_FAILURE');
  });

  test('hostile mappings take no exponential work', () => {
    // Each authority maps every policy to every other: as a tree 30 to the power of 10 nodes.
    const oids = Array.from({ length: 30 }, (_, i) => `1.2.3.${i}`);
    const mappings = der.sequenceOf(
      oids.flatMap((from) => oids.map((to) => der.sequence(der.oid(from), der.oid(to)))),
    );
    const others = [{ oid: extensionOids.policyMappings, critical: true, value: encodeDer(mappings) }];
    const chain = [root];
    for (let i = 0; i < 9; i++)
      chain.push(withPolicies(`CA ${i}`, chain.at(-1)!, oids, { ...authority, others }));
    const { certificate } = withPolicies('Seal', chain.at(-1)!, ['1.2.3.7']);
    const candidates = chain.slice(1).map((each) => each.certificate);
    const result = find({ certificate, candidates, policy: explicit });
    assert.equal(result.status, 'valid');
    assert.equal(result.policies.length, 30);
  });
});
