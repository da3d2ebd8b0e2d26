// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isSignetError } from '@signet/base';
import { digestAlgorithmOf, judgeTimeStampResponse, parseTimeStampRequest } from '@signet/pkix';
import { sharedPath, withoutShared } from '../testkit/shared.ts';

const read = (...parts: readonly string[]) =>
  readFileSync(sharedPath('corpora', 'attack-generated', ...parts));

if (withoutShared) test('time-stamp responses of the attack corpus', { skip: withoutShared });
else {
  const [, ...rows] = read('expected-tsp.tsv').toString('utf8').trimEnd().split('\n');
  for (const row of rows) {
    const [path, request, expected, reason] = row.split('\t') as [string, string, string, string];
    test(`${expected} ${path}: ${reason}`, () => assert.equal(judge(path, request), expected));
  }
}

function judge(path: string, requestPath: string): 'ACCEPT' | 'REJECT' {
  const request = parseTimeStampRequest(read('files', requestPath));
  const digestAlgorithm = digestAlgorithmOf(request.imprint.algorithm);
  assert.ok(digestAlgorithm);
  const { nonce, policy, certReq } = request;
  try {
    judgeTimeStampResponse(read('files', path), {
      imprint: { digestAlgorithm, digest: request.imprint.digest },
      certReq,
      ...(nonce === undefined ? {} : { nonce }),
      ...(policy === undefined ? {} : { policy }),
    });
    return 'ACCEPT';
  } catch (error) {
    assert.ok(isSignetError(error), String(error));
    return 'REJECT';
  }
}
