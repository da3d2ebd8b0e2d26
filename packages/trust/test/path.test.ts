// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  anyPolicy,
  type CertificateExtensions,
  certificateSignedBy,
  der,
  encodeDer,
  extensionOids,
  parseCertificate,
} from '@signet/pkix';

import {
  type Authority,
  authority,
  below,
  ca,
  fails,
  find,
  issue,
  newKey,
  root,
  seal,
  through,
} from './path-support.ts';

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

test('names that cannot be read are nobody’s', () => {
  const odd = (bytes: Uint8Array) => {
    const changed = Buffer.from(bytes);
    // The OBJECT IDENTIFIER of the common name, in both names, ends in the middle of an arc.
    for (let i = changed.indexOf('550403', 0, 'hex'); i >= 0; i = changed.indexOf('550403', i + 1, 'hex'))
      changed[i + 2] = 0x83;
    return parseCertificate(changed);
  };
  const candidates = [odd(ca.certificate.bytes), ca.certificate];
  assert.equal(find({ candidates }).status, 'valid');
  fails({ certificate: odd(seal.certificate.bytes) }, 'no-issuer', 'NO_CERTIFICATE_CHAIN_FOUND');
});

describe('a path that breaks a rule', () => {
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
