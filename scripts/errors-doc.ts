// SPDX-License-Identifier: Apache-2.0
// Writes docs/errors.md from the error table: `node scripts/errors-doc.ts`. tests/errors.test.ts holds them together.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '../packages/base/src/index.ts';

/** The page, from the table alone. */
export function errorsPage(): string {
  const rows = Object.entries(errorTable)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, row]) =>
        `| \`${code}\` | ${row.message} | ${row.status} | ${row.retryable ? 'yes' : 'no'} | ${row.fault} |`,
    );
  return [
    '# Error codes',
    '',
    'Generated from `packages/base/src/errors` by `node scripts/errors-doc.ts`. A code is never renamed. Words in braces are',
    'filled in when the error happens. *Again* says whether the same request may succeed later without anybody changing',
    'anything; such an error leaves by REST with `Retry-After`. *Whose* says who has to act.',
    '',
    '| code | what it says | HTTP | again | whose |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '..', 'docs', 'errors.md');
  writeFileSync(path, errorsPage());
}
