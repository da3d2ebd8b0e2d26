// SPDX-License-Identifier: Apache-2.0

/** RC4: the keyed stream xor data. OpenSSL 3 has it no more; some old PKCS#12 files use it. It hides nothing. */
export function decryptRc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (i: number, j: number) => {
    const held = state[i]!;
    state[i] = state[j]!;
    state[j] = held;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 0xff;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return data.map((octet) => {
    i = (i + 1) & 0xff;
    j = (j + state[i]!) & 0xff;
    swap(i, j);
    return octet ^ state[(state[i]! + state[j]!) & 0xff]!;
  });
}
