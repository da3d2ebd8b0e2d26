// SPDX-License-Identifier: Apache-2.0

// RC2 (RFC 2268), decryption only: certificates in PKCS#12 files were encrypted with its 40-bit form for twenty years, and
// OpenSSL 3 has it no more. It hides nothing; it is only read.

// The permutation of RFC 2268 §2, which its authors derived from the digits of pi.
const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const rotations = [1, 2, 3, 5] as const;

/**
 * Decrypts RC2 in CBC mode; padding stays.
 *
 * @param key 5 to 16 bytes; its length is also the effective key length (RFC 2268 §6 with T1 = 8 · length)
 * @param data whole blocks of 8 bytes
 */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const schedule = expandKey(key);
  const plain = new Uint8Array(data.length);
  for (let at = 0; at + 8 <= data.length; at += 8) {
    decryptBlock(schedule, data, at, plain);
    const before = at === 0 ? iv : data.subarray(at - 8, at);
    for (let i = 0; i < 8; i++) plain[at + i]! ^= before[i]!;
  }
  return plain;
}

function expandKey(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  const size = key.length;
  bytes.set(key);
  for (let i = size; i < 128; i++) bytes[i] = piTable[(bytes[i - 1]! + bytes[i - size]!) & 0xff]!;
  // The effective length is whole bytes here, so the mask of RFC 2268 §2 is FF.
  bytes[128 - size] = piTable[bytes[128 - size]!]!;
  for (let i = 127 - size; i >= 0; i--) bytes[i] = piTable[bytes[i + 1]! ^ bytes[i + size]!]!;
  const words = new Uint16Array(64);
  for (let i = 0; i < 64; i++) words[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return words;
}

function decryptBlock(schedule: Uint16Array, data: Uint8Array, at: number, plain: Uint8Array): void {
  const r = new Uint16Array(4);
  for (let i = 0; i < 4; i++) r[i] = data[at + 2 * i]! | (data[at + 2 * i + 1]! << 8);
  // 5 mixing rounds, a mashing round, 6, a mashing round, 5: backwards (RFC 2268 §4.3).
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) unmix(r, i, schedule[4 * round + i]!);
    if (round === 11 || round === 5) for (let i = 3; i >= 0; i--) r[i]! -= schedule[r[(i + 3) & 3]! & 63]!;
  }
  for (let i = 0; i < 4; i++) {
    plain[at + 2 * i] = r[i]! & 0xff;
    plain[at + 2 * i + 1] = r[i]! >> 8;
  }
}

function unmix(r: Uint16Array, i: number, word: number): void {
  const s = rotations[i]!;
  const value = r[i]!;
  const rotated = ((value >>> s) | (value << (16 - s))) & 0xffff;
  const [one, two, three] = [r[(i + 3) & 3]!, r[(i + 2) & 3]!, r[(i + 1) & 3]!];
  r[i] = rotated - word - (one & two) - (~one & three);
}
