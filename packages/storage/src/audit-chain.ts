// SPDX-License-Identifier: Apache-2.0
import { createHmac, hash, randomBytes } from 'node:crypto';
import type { AuditEvent, AuditLink } from '@signet/sealing';

/** The end of a chain: what the next link hangs on. */
export interface ChainHead {
  /** Sequence of the last link, 0 for an empty chain. */
  readonly sequence: number;
  /** SHA-256 of the last link's body, lower-case hexadecimal; 64 zeros for an empty chain. */
  readonly hash: string;
}

/** A chain without links. */
export const emptyChain: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/** A personal value apart from the chain: erasing it leaves only a commitment that nobody can open. */
export interface PersonalValue {
  readonly name: string;
  readonly value: string;
  /** 32 random bytes, lower-case hexadecimal. */
  readonly salt: string;
}

/** A link that was made of an event, with the hash that the next one carries and the values to store apart. */
export interface NewLink {
  readonly link: AuditLink;
  readonly hash: string;
  readonly personal: readonly PersonalValue[];
}

/**
 * Makes the next link of a chain. The body is what is hashed and stored verbatim; it holds its own writer, sequence and
 * previous hash, so that a link cannot be moved.
 */
export function makeLink(head: ChainHead, writer: string, event: AuditEvent, at: Date): NewLink {
  const personal = Object.entries(event.personal ?? {}).map(([name, value]) => ({
    name,
    value,
    salt: randomBytes(32).toString('hex'),
  }));
  const sequence = head.sequence + 1;
  const body = JSON.stringify({
    format: 1,
    writer,
    sequence,
    previous: head.hash,
    at: at.toISOString(),
    kind: event.kind,
    facts: event.facts,
    ...(personal.length > 0 && {
      commitments: Object.fromEntries(personal.map((value) => [value.name, commitment(value)])),
    }),
  });
  const link: AuditLink = { format: 1, writer, sequence, previous: head.hash, body };
  return { link, hash: hash('sha256', body), personal };
}

/** What binds a chain to a personal value without telling it: HMAC-SHA-256 under its salt, lower-case hexadecimal. */
export function commitment({ name, value, salt }: PersonalValue): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(`${name}\0${value}`).digest('hex');
}

/** What reading chains through found. */
export interface AuditReport {
  /** Chains (writers) read. */
  readonly chains: number;
  readonly links: number;
  /** Commitments whose clear value was still there, and matched. */
  readonly commitments: number;
  /** Empty if all verified. */
  readonly faults: readonly AuditFault[];
}

/** Where a chain does not verify. */
export interface AuditFault {
  readonly writer: string;
  readonly sequence: number;
  /**
   * `gap`: a link is missing before this one. `order`: it does not hang on the one before. `hash`: the stored hash is not
   * that of the body. `body`: the body says something else than its row. `commitment`: a clear value does not match.
   */
  readonly reason: 'gap' | 'order' | 'hash' | 'body' | 'commitment';
}

/** A link as it was read back, with what is left of its personal values. */
export interface StoredLink extends AuditLink {
  /** The hash stored beside the link, if the store keeps one. */
  readonly hash?: string;
  readonly personal?: readonly PersonalValue[];
}

/**
 * Reads chains through and reports every link that does not verify: order, gaps, hashes, and the commitments whose clear
 * values are still there. That a chain was cut off at its end cannot be seen from the chain alone.
 *
 * @param links of any number of writers, those of one writer together and by ascending sequence
 */
export async function verifyAuditChain(
  links: Iterable<StoredLink> | AsyncIterable<StoredLink>,
): Promise<AuditReport> {
  const faults: AuditFault[] = [];
  let writer: string | undefined;
  let head = emptyChain;
  const counts = { chains: 0, links: 0, commitments: 0 };
  for await (const link of links) {
    if (link.writer !== writer) {
      writer = link.writer;
      head = emptyChain;
      counts.chains += 1;
    }
    counts.links += 1;
    const actual = hash('sha256', link.body);
    const fault = (reason: AuditFault['reason']) =>
      faults.push({ writer: link.writer, sequence: link.sequence, reason });
    if (link.sequence !== head.sequence + 1) fault('gap');
    else if (link.previous !== head.hash) fault('order');
    if (link.hash !== undefined && link.hash !== actual) fault('hash');
    const commitments = commitmentsOf(link);
    if (commitments === undefined) fault('body');
    for (const value of link.personal ?? []) {
      if (commitments?.[value.name] === commitment(value)) counts.commitments += 1;
      else fault('commitment');
    }
    head = { sequence: link.sequence, hash: actual };
  }
  return { ...counts, faults };
}

/** The commitments that a body holds, or undefined if the body is not the one of its link. */
function commitmentsOf(link: AuditLink): Readonly<Record<string, string>> | undefined {
  let body: unknown;
  try {
    body = JSON.parse(link.body);
  } catch {
    return undefined;
  }
  const said = body as Partial<AuditLink> & { commitments?: Record<string, string> };
  const agrees =
    said.format === link.format &&
    said.writer === link.writer &&
    said.sequence === link.sequence &&
    said.previous === link.previous;
  return agrees ? (said.commitments ?? {}) : undefined;
}
