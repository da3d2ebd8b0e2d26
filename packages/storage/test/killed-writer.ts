// SPDX-License-Identifier: Apache-2.0
// A program for tests: takes in, seals and queues jobs as fast as it can, telling what was acknowledged, until it is killed.
import { type DatabaseAddress, openDatabase } from '../src/sql/index.ts';
import {
  aJob,
  anIntention,
  aRecord,
  arriveNew,
  blob,
  durable,
  queued,
  request,
} from './conformance/under-test.ts';

const address = JSON.parse(process.argv[2]!) as DatabaseAddress;
const { jobs } = await openDatabase({ address, leaseSeconds: 1 });
const tell = (line: string) => process.send!(line);

/** One way of taking a job in, over and over. */
async function work(way: number): Promise<void> {
  for (;;) {
    const job = aJob({ identity: 'killed', documentName: 'n.pdf' });
    if (way === 0) {
      await jobs.arrive(job, queued());
      tell(`queued ${job.id}`);
      continue;
    }
    const lease = await arriveNew(jobs, job, way === 1 ? durable() : request);
    const attempt = await jobs.recordIntention(lease, anIntention());
    tell(`intended ${job.id}`);
    await jobs.release(attempt, aRecord(job), way === 1 ? blob() : null);
    tell(`released ${job.id}`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => work(index % 4)));
