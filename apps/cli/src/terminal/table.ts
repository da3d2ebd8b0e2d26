// SPDX-License-Identifier: Apache-2.0

/** Lays rows out in columns as wide as their widest cell. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((columnWidth, column) => (row[column] ?? '') + ' '.repeat(columnWidth - width(row[column] ?? '')))
      .join('  ')
      .trimEnd();
  const [heading, ...body] = rows.map(line);
  if (heading === undefined) return '';
  return [heading, widths.map((columnWidth) => '─'.repeat(columnWidth)).join('  '), ...body, ''].join('\n');
}

/** Columns that a text takes in a terminal: combining marks take none. */
function width(text: string): number {
  return [...text.normalize('NFC')].filter((character) => !/\p{Mark}/u.test(character)).length;
}
