// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';

/** A new serial number: 16 octets, of which 126 bits are random, positive and not zero (RFC 5280 §4.1.2.2). */
export function randomSerialNumber(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}
