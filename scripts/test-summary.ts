// SPDX-License-Identifier: Apache-2.0
// A reporter for the end of a test run: each failure, each skipped test in one line with what enables it, the figures.
import type { TestEvent } from 'node:test/reporters';

/** Turns the runner's events into the lines that a person wants to see last. */
export default async function* summary(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const skipped: string[] = [];
  const failures: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:diagnostic' && event.data.message.startsWith('figure:'))
      yield `${event.data.message}\n`;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, details, skip, file } = event.data;
    if (details.type === 'suite') continue;
    if (skip !== undefined && skip !== false) {
      counts.skipped += 1;
      skipped.push(`skipped: ${name}${typeof skip === 'string' ? ` (${skip})` : ''}`);
    } else if (event.type === 'test:pass') counts.passed += 1;
    else {
      counts.failed += 1;
      failures.push(
        `FAILED: ${name}\n  in ${file ?? 'unknown file'}\n  ${describe(event.data.details.error)}`,
      );
    }
  }
  yield `\n${[...skipped, ...failures].join('\n')}\n`;
  yield `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.message;
  return cause.split('\n').slice(0, 12).join('\n  ');
}
