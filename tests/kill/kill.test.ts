// SPDX-License-Identifier: Apache-2.0
// kill -9 of one process or all, at random moments, under load by folder and REST: 0 lost, 0 released twice.
//   SIGNET_KILLS  how many (100)
//   SIGNET_SEED   chooses victims and moments; printed with the figures, so that a run can be made again
import { test } from 'node:test';
import { runKills } from '../testkit/kill/kill-run.ts';
import { assertNothingLost, figureLines } from '../testkit/kill/report.ts';

const kills = Number(process.env.SIGNET_KILLS ?? 100);
const seed = Number(process.env.SIGNET_SEED ?? Date.now() % 1_000_000);

test(`${kills} kills, seed ${seed}`, async (t) => {
  t.diagnostic(`figure: kill: SIGNET_SEED=${seed}`);
  const figures = await runKills({ kills, seed, pause: 2_500 });
  for (const line of figureLines(figures)) t.diagnostic(`figure: kill: ${line}`);
  assertNothingLost(figures);
});
