// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { emptyChain, makeLink } from '../src/audit-chain.ts';
import { type StoredLink, verifyAuditChain } from '../src/index.ts';

/** A chain of `length` links of one writer, as a store gives it back. */
function chain(writer: string, length: number): StoredLink[] {
  let head = emptyChain;
  return Array.from({ length }, (_, n) => {
    const event = { kind: 'node.started', facts: { n }, personal: { name: `person ${n}` } } as const;
    const made = makeLink(head, writer, event, new Date(0));
    head = { sequence: made.link.sequence, hash: made.hash };
    return { ...made.link, hash: made.hash, personal: made.personal };
  });
}

const reasons = async (links: StoredLink[]) =>
  (await verifyAuditChain(links)).faults.map(({ sequence, reason }) => `${sequence} ${reason}`);

it('verifies chains of several writers', async () => {
  const report = await verifyAuditChain([...chain('a', 3), ...chain('b', 2)]);
  assert.deepEqual(report, { chains: 2, links: 5, commitments: 5, faults: [] });
});

it('verifies without the hashes beside it and after values were erased', async () => {
  const bare = chain('a', 3).map(({ hash: _hash, personal: _personal, ...link }) => link);
  assert.deepEqual(await verifyAuditChain(bare), { chains: 1, links: 3, commitments: 0, faults: [] });
});

it('sees what was taken out, put in another order, or is of another chain', async () => {
  const links = chain('a', 4);
  assert.deepEqual(await reasons(links.toSpliced(1, 1)), ['3 gap']);
  assert.deepEqual(await reasons(links.slice(1)), ['2 gap']);
  assert.deepEqual(await reasons([links[0]!, links[2]!, links[1]!, links[3]!]), ['3 gap', '2 gap', '4 gap']);
  const other = chain('a', 4);
  assert.deepEqual(
    await reasons([links[0]!, other[1]!]),
    other[1]!.previous === links[1]!.previous ? [] : ['2 order'],
  );
});

it('sees a changed body, hash, column or value', async () => {
  const change = async (at: number, more: (link: StoredLink) => Partial<StoredLink>) => {
    const links = chain('a', 3);
    links[at] = { ...links[at]!, ...more(links[at]!) };
    return reasons(links);
  };
  const tampered = ({ body }: StoredLink) => ({ body: body.replace('"n":1', '"n":7') });
  assert.deepEqual(await change(1, tampered), ['2 hash', '3 order']);
  assert.deepEqual(await change(1, () => ({ hash: '0'.repeat(64) })), ['2 hash']);
  assert.deepEqual(await change(1, () => ({ previous: '0'.repeat(64) })), [
    '2 order',
    '2 body',
    '2 commitment',
  ]);
  assert.deepEqual(await change(2, () => ({ body: 'not JSON' })), ['3 hash', '3 body', '3 commitment']);
  assert.deepEqual(await change(0, () => ({ personal: [{ name: 'name', value: 'person 1', salt: '00' }] })), [
    '1 commitment',
  ]);
});
