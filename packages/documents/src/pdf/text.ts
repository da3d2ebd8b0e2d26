// SPDX-License-Identifier: Apache-2.0
import { PdfName, PdfString } from './syntax/values.ts';

/** A name object. */
export function name(text: string): PdfName {
  return new PdfName(text);
}

/** A text string (ISO 32000-2 §7.9.2.2): ASCII as it is, everything else in UTF-16BE with its byte order mark. */
export function textString(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return PdfString.of(Buffer.from(text, 'latin1'));
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return PdfString.of(utf16, true);
}

/** A date string in UTC (§7.9.4): `D:20261124023218Z`. */
export function dateString(instant: Date): PdfString {
  const date =
    digits(instant.getUTCFullYear(), 4) + digits(instant.getUTCMonth() + 1) + digits(instant.getUTCDate());
  const time =
    digits(instant.getUTCHours()) + digits(instant.getUTCMinutes()) + digits(instant.getUTCSeconds());
  return PdfString.of(Buffer.from(`D:${date}${time}Z`, 'latin1'));
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
