// SPDX-License-Identifier: Apache-2.0
// A program for tests: writes a journal as fast as it can, telling what was acknowledged, until it is killed.
import { openJournal } from '../src/journal/index.ts';
import { aJob, anIntention, aRecord, arriveNew, blob, durable, request } from './conformance/under-test.ts';

const { jobs } = await openJournal({ directory: process.argv[2]!, writer: 'client', compactBytes: 30_000 });
const tell = (line: string) => process.send!(line);

/** One way of taking a job in, over and over. */
async function work(way: number): Promise<void> {
  for (;;) {
    const job = aJob({ documentName: 'n.pdf' });
    const lease = await arriveNew(jobs, job, way === 0 ? request : durable());
    if (way !== 0) tell(`accepted ${job.id}`);
    const attempt = await jobs.recordIntention(lease, anIntention());
    tell(`intended ${job.id}`);
    await jobs.release(attempt, aRecord(job), way === 0 ? null : blob());
    tell(`released ${job.id}`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => work(index % 2)));
