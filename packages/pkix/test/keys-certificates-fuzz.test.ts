// SPDX-License-Identifier: Apache-2.0
// Mutations of good encodings: each reader ends in a value or a coded error, and its work stays within c·n.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isSignetError } from '@signet/base';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildCertificationRequest,
  type Certificate,
  decodePem,
  encodePem,
  identifySignatureAlgorithm,
  parseCertificate,
  parseCertificationRequest,
  readAlgorithmIdentifier,
  readDer,
  readInside,
  readOnlyElement,
  readPkcs12,
  readPrivateKey,
  signatureAlgorithm,
  verifyCertificationRequest,
} from '../src/index.ts';

const multiplier = Number(process.env.SIGNET_FUZZ_MULTIPLIER ?? 1);
const pki = new TestPki();
const pkcs12 = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../tests/vectors/pkcs12', `${name}.p12`));
const limits = { maxIterations: 8_192 };

interface Target {
  readonly inputs: readonly Uint8Array[];
  readonly runs: number;
  readonly read: (bytes: Uint8Array) => unknown;
}

const targets: Readonly<Record<string, Target>> = {
  'DER elements': { inputs: [pki.tsa.certificate.bytes], runs: 15_000, read: (bytes) => walk(bytes, 'der') },
  'BER elements': {
    inputs: [
      pki.tsa.certificate.bytes,
      Buffer.from('30802480040201022404040203040000020105a0803080050000000000', 'hex'),
    ],
    runs: 10_000,
    read: (bytes) => walk(bytes, 'ber'),
  },
  certificates: {
    inputs: [pki.tsa, pki.seal('rsa3072'), pki.root].map(({ certificate }) => certificate.bytes),
    runs: 20_000,
    read: (bytes) => everyGetter(parseCertificate(bytes)),
  },
  'certificate requests': {
    inputs: [buildCertificationRequest({ subject: pki.root.certificate.subject, key: pki.seal().key })],
    runs: 4_000,
    read: (bytes) => verifyCertificationRequest(parseCertificationRequest(bytes)),
  },
  'algorithm identifiers': {
    inputs: [signatureAlgorithm('rsa-pss-sha512').identifier, signatureAlgorithm('ecdsa-sha256').identifier],
    runs: 6_000,
    read: (bytes) => identifySignatureAlgorithm(readAlgorithmIdentifier(readDer(bytes))),
  },
  'PKCS#12 files': {
    inputs: ['not-encrypted', 'no-mac', '3des-rc2-40', 'rc4-40-rc4-128'].map(pkcs12),
    runs: 2_500,
    read: (bytes) => readPkcs12(bytes, 'tajnę', limits),
  },
  'private keys': {
    inputs: [generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' })],
    runs: 2_000,
    read: (bytes) => readPrivateKey(bytes),
  },
  PEM: {
    inputs: [Buffer.from(encodePem('CERTIFICATE', Buffer.alloc(90, 3)))],
    runs: 500,
    read: (bytes) => decodePem(Buffer.from(bytes).toString('latin1')),
  },
};

describe('mutated input', () => {
  for (const [name, { inputs, runs, read }] of Object.entries(targets)) {
    test(name, (context) => {
      const random = new Random(20260101);
      let values = 0;
      const count = runs * multiplier;
      for (let i = 0; i < count; i++) {
        const input = mutate(random.pick(inputs), random);
        try {
          read(input);
          values++;
        } catch (error) {
          assert.ok(
            isSignetError(error),
            `run ${i}, ${Buffer.from(input).toString('hex')}: ${String(error)}`,
          );
        }
      }
      context.diagnostic(`${count} mutations, ${values} still read`);
    });
  }
});

function walk(bytes: Uint8Array, rules: 'der' | 'ber'): void {
  const element = readOnlyElement(bytes, rules);
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!next.constructed) {
      typed(next);
      continue;
    }
    for (const reader = readInside(next); !reader.atEnd; ) waiting.push(reader.next());
  }
}

function typed(element: ReturnType<typeof readOnlyElement>): void {
  for (const read of ['oid', 'bigint', 'number', 'boolean', 'bitString', 'time', 'text'] as const) {
    try {
      element[read]();
    } catch (error) {
      if (!isSignetError(error)) throw error;
    }
  }
}

const getters: readonly (keyof Certificate)[] = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'authorityInformationAccess',
  'crlUrls',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'nameConstraints',
  'subjectAltName',
  'qcStatements',
  'publicKey',
  'fingerprint',
  'isSelfIssued',
];

function everyGetter(certificate: Certificate): void {
  for (const name of getters) {
    try {
      void certificate[name];
      certificate.subject.toString();
    } catch (error) {
      if (!isSignetError(error)) throw error;
    }
  }
}
