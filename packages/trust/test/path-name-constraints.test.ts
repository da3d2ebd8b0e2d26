// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  buildCertificate,
  buildName,
  type CertificateExtensions,
  der,
  encodeDer,
  extensionOids,
  generalName,
  publicKeyOf,
  randomSerialNumber,
} from '@signet/pkix';
import { authority, below, fails, find, seal, through } from './path-support.ts';

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
    ['mail of a host', { kind: 'email', text: 'example.pl' }, { kind: 'email', text: 'a@example.pl' }, true],
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
    ['one mailbox', { kind: 'email', text: 'a@example.pl' }, { kind: 'email', text: 'A@example.pl' }, false],
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
    ['name below', { kind: 'directory', name: buildName([['O', 'test']]) }, { kind: 'dns', text: 'x' }, true],
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
    fails({ certificate, candidates: [issuer.certificate] }, 'name-constraints', 'CHAIN_CONSTRAINTS_FAILURE');
  });
});
