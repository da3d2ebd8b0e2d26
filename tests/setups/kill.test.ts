// SPDX-License-Identifier: Apache-2.0
// A few kills on every test run; `npm run test:kill` has a hundred.
import { test } from 'node:test';
import type { Victim } from '../testkit/kill/house.ts';
import { runKills } from '../testkit/kill/kill-run.ts';
import { assertNothingLost, figureLines } from '../testkit/kill/report.ts';

test('5 kills under load by folder and REST: nothing is lost, nothing released twice', async (t) => {
  const order: readonly Victim[] = [
    'server worker',
    'client worker',
    'PostgreSQL',
    'everything',
    'server supervisor',
  ];
  const figures = await runKills({ kills: order.length, order, seed: 1, pause: 500 });
  for (const line of figureLines(figures)) t.diagnostic(`figure: 5 kills: ${line}`);
  assertNothingLost(figures);
});
