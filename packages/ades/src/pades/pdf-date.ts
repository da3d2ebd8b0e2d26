// SPDX-License-Identifier: Apache-2.0

/** `D:YYYYMMDDHHmmSSOHH'mm'`, everything after the year optional (ISO 32000-2 §7.9.4). */
const form = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z|[+-])(?:(\d\d)'?(\d\d)?'?)?)?$/;

/** The instant that a date string means, or undefined if it is none. Without a zone, UTC is taken. */
export function parsePdfDate(text: string): Date | undefined {
  const found = form.exec(text.trim());
  if (found === null) return undefined;
  const part = (index: number, otherwise: number) => Number(found[index] ?? otherwise);
  const instant = Date.UTC(part(1, 0), part(2, 1) - 1, part(3, 1), part(4, 0), part(5, 0), part(6, 0));
  const offset = (part(8, 0) * 60 + part(9, 0)) * 60_000;
  const date = new Date(found[7] === '+' ? instant - offset : found[7] === '-' ? instant + offset : instant);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
