// SPDX-License-Identifier: Apache-2.0
// A program for tests: writes a journal until the disk takes no more, then tells what was acknowledged and what was not.
import { isSignetError } from '@signet/base';
import { openJournal } from '../src/journal/index.ts';
import { aJob, arriveNew, durable } from './conformance/under-test.ts';

const journal = await openJournal({ directory: process.argv[2]!, writer: 'client' });
const acknowledged: string[] = [];
const refused: string[] = [];
const codes = new Set<string>();
while (refused.length < 12) {
  // Four at once: what is refused takes along what was decided after it.
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const job = aJob({ documentName: 'n.pdf' });
      try {
        await arriveNew(journal.jobs, job, durable());
        acknowledged.push(job.id);
      } catch (error) {
        refused.push(job.id);
        codes.add(isSignetError(error) ? error.code : String(error));
      }
    }),
  );
}
const seen = await journal.jobs.views(1, [...acknowledged, ...refused]);
const { faults } = await journal.verifyAudit();
await journal.close();
process.stdout.write(
  JSON.stringify({ acknowledged, refused, codes: [...codes], seen: seen.map(({ job }) => job.id), faults }),
);
