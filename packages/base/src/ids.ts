// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';

/** A UUID in its 36-character lower-case form. */
export type Uuid = string;

let lastMilliseconds = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, 12 bits that count within one millisecond (method 1 of §6.2),
 * 62 random bits. Ids made by one process sort in the order in which they were made.
 */
export function uuidv7(clock: Clock = systemClock): Uuid {
  const now = clock.now().getTime();
  if (now > lastMilliseconds) {
    lastMilliseconds = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    // The counter of this millisecond is used up: borrow the next one rather than break the order.
    lastMilliseconds += 1;
    sequence = 0;
  }
  const bytes = Buffer.allocUnsafe(16);
  takeRandom(bytes.subarray(8));
  bytes.writeUIntBE(lastMilliseconds, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Random bytes for many ids: asking the system for eight at a time costs more than the rest of an id. */
const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

function takeRandom(target: Uint8Array): void {
  if (poolUsed + target.length > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  target.set(pool.subarray(poolUsed, poolUsed + target.length));
  poolUsed += target.length;
}

/** Whether a string from outside has the form of a UUID of any version. */
export function isUuid(text: string): text is Uuid {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}
