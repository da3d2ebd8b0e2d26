// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

const letterZ = 0x5a;
const utcTimeBer = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(\d\d)(\d\d))$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/;
const generalizedTimeBer = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,](\d+))?(?:Z|([+-])(\d\d)(\d\d))$/;

/**
 * Reads the characters of a UTCTime (two-digit years are 1950 to 2049, RFC 5280 §4.1.2.5.1).
 *
 * @param strict DER: seconds present, `Z`
 * @throws SignetError `der.time`
 */
export function parseUtcTime(text: string, strict: boolean): Date {
  // Every certificate has two of these in this one form: most others are read by their patterns.
  if (text.length === 13 && text.charCodeAt(12) === letterZ) return parsePlainUtcTime(text);
  const match = strict ? null : utcTimeBer.exec(text);
  if (match === null) throw new SignetError('der.time', { text: printable(text) });
  const [, yy, month, day, hour, minute, second, sign, offsetHours, offsetMinutes] = match;
  const year = Number(yy) + (Number(yy) >= 50 ? 1900 : 2000);
  const date = dateOf(
    [year, Number(month), Number(day), Number(hour), Number(minute), Number(second ?? 0)],
    0,
    text,
  );
  return shifted(date, sign, offsetHours, offsetMinutes);
}

/** `YYMMDDHHMMSSZ` */
function parsePlainUtcTime(text: string): Date {
  const yy = twoDigits(text, 0);
  const time = [twoDigits(text, 2), twoDigits(text, 4), twoDigits(text, 6), twoDigits(text, 8)] as const;
  const second = twoDigits(text, 10);
  if (yy < 0 || second < 0 || time.some((field) => field < 0)) {
    throw new SignetError('der.time', { text: printable(text) });
  }
  return dateOf([yy + (yy >= 50 ? 1900 : 2000), ...time, second], 0, text);
}

/** The number that two digits are, -1 if they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * Reads the characters of a GeneralizedTime. A fraction of a second (allowed by RFC 3161 §2.4.2) is cut to milliseconds.
 *
 * @param strict DER: seconds present, `Z`, no trailing zero in the fraction
 * @throws SignetError `der.time`
 */
export function parseGeneralizedTime(text: string, strict: boolean): Date {
  const match = (strict ? generalizedTime : generalizedTimeBer).exec(text);
  if (match === null) throw new SignetError('der.time', { text: printable(text) });
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match;
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const fields = [
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  ] as const;
  return shifted(dateOf(fields, milliseconds, text), sign, offsetHours, offsetMinutes);
}

/** `YYMMDDHHMMSSZ`; the year must be one that UTCTime can tell. */
export function formatUtcTime(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year < 2050)) throw new TypeError('UTCTime reaches from 1950 to 2049');
  return formatGeneralizedTime(date).slice(2);
}

/** `YYYYMMDDHHMMSSZ`, with a fraction of a second only if asked for and not zero. */
export function formatGeneralizedTime(date: Date, fraction = false): string {
  const iso = date.toISOString();
  if (iso.length !== 24) throw new TypeError('GeneralizedTime reaches from year 0 to 9999');
  const seconds = iso.slice(0, 19).replace(/[-:T]/g, '');
  const digits = fraction ? iso.slice(20, 23).replace(/0+$/, '') : '';
  return digits === '' ? `${seconds}Z` : `${seconds}.${digits}Z`;
}

type Fields = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

function dateOf([year, month, day, hour, minute, second]: Fields, milliseconds: number, text: string): Date {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  // Date.UTC takes years below 100 for those of the twentieth century.
  if (year < 100) date.setUTCFullYear(year, month - 1, day);
  // Date wraps 31 February round into March; a time that does not come back as it went in never was one.
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!same || hour > 23 || minute > 59 || second > 59)
    throw new SignetError('der.time', { text: printable(text) });
  return date;
}

function shifted(date: Date, sign?: string, hours?: string, minutes?: string): Date {
  if (sign === undefined) return date;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(date.getTime() + (sign === '+' ? -offset : offset));
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}
