// SPDX-License-Identifier: Apache-2.0

// Classes of characters (ISO 32000-2 §7.2.3), and the digits told apart for speed.

/** Every character that is in no other class. */
export const regular = 0;
/** 0 to 9, which are regular characters. */
export const digit = 1;
/** Table 1: null, tab, line feed, form feed, carriage return, space. */
export const whitespace = 2;
/** Table 2: what begins or ends strings, arrays, names and comments. */
export const delimiter = 3;

/** The class of each byte. */
export const characterClass: Uint8Array = classes();

/** The value of a hexadecimal digit, 255 for every other byte. */
export const hexValue: Uint8Array = hexValues();

function classes(): Uint8Array {
  const table = new Uint8Array(256).fill(regular);
  for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) table[byte] = whitespace;
  for (const character of '()<>[]{}/%') table[character.charCodeAt(0)] = delimiter;
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = digit;
  return table;
}

function hexValues(): Uint8Array {
  const table = new Uint8Array(256).fill(255);
  for (let value = 0; value < 16; value++) {
    const character = value.toString(16);
    table[character.charCodeAt(0)] = value;
    table[character.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
}
