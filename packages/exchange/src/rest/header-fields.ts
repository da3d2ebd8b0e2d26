// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** Repr-Digest (RFC 9530 §3) of a SHA-256 in hexadecimal. */
export function formatReprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** The SHA-256 in a Repr-Digest field, in lower-case hexadecimal; undefined if the field has none. */
export function parseReprDigest(field: string | undefined): string | undefined {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(field ?? '')?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}

/** A list of strings (RFC 9651 §3.1, §3.3.3). What is not ASCII is written as a question mark. */
export function formatStringList(values: readonly string[]): string {
  return values
    .map((value) => `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`)
    .join(', ');
}

/** The strings of such a list; what is not a string is passed over. */
export function parseStringList(field: string | undefined): readonly string[] {
  return [...(field ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) =>
    match[1]!.replace(/\\(.)/g, '$1'),
  );
}

/** Whether a Prefer field (RFC 7240) asks for `respond-async`. Other preferences are ignored, as they may be. */
export function prefersAsync(field: string | readonly string[] | undefined): boolean {
  return String(field ?? '')
    .split(',')
    .some((preference) => preference.split(';')[0]!.trim().toLowerCase() === 'respond-async');
}

/**
 * The Idempotency-Key: 1 to 255 visible ASCII characters, plain or as a quoted string; undefined if there is none.
 *
 * @throws SignetError `request.invalid`
 */
export function parseIdempotencyKey(field: string | readonly string[] | undefined): string | undefined {
  if (field === undefined) return undefined;
  const key = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/.exec(String(field));
  if (key === null) {
    throw new SignetError('request.invalid', {
      where: 'Idempotency-Key',
      problem: 'it must be 1 to 255 visible ASCII characters',
    });
  }
  return key[1] ?? key[2]!;
}

/** Content-Disposition with a file name in both forms of RFC 6266. */
export function formatAttachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const coded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`;
}

/**
 * The file name in a Content-Disposition, `filename*` before `filename` (RFC 6266 §4.3), without any directory and
 * control characters; undefined if there is none. It is a name to be told, never a path to be opened.
 */
export function parseAttachmentName(field: string | undefined): string | undefined {
  const coded = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(field ?? '')?.[1];
  const plain = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(field ?? '');
  const given = decoded(coded) ?? plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
  const name = given
    ?.split(/[/\\]/)
    .at(-1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    ?.replace(/[\u0000-\u001f\u007f]/g, '')
    .slice(0, 255)
    // The cut may have gone through a pair of surrogates.
    .toWellFormed();
  return name === '' ? undefined : name;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
