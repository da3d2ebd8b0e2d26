// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName } from '@signet/pkix';

test('an address is an iPAddress, everything else a dNSName', () => {
  const cases: readonly [string, string][] = [
    ['192.0.2.1', 'c0000201'],
    ['::1', '00000000000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['::ffff:10.1.2.3', '00000000000000000000ffff0a010203'],
  ];
  for (const [host, octets] of cases) {
    const name = hostName(host);
    assert.ok(name.kind === 'ip', host);
    assert.equal(Buffer.from(name.octets).toString('hex'), octets);
  }
  for (const host of ['host.example', 'localhost', '300.1.1.1', '1.2.3']) {
    assert.deepEqual(hostName(host), { kind: 'dns', text: host });
  }
});
