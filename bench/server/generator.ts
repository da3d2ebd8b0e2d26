// SPDX-License-Identifier: Apache-2.0
// The load: a process of its own, so that its share of the cores can be told apart. Told by its parent what to send.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { benchInputs } from '../pades/inputs.ts';

/** What to send, and for how long. */
export interface Load {
  readonly url: string;
  readonly path: string;
  readonly ca: string;
  readonly token: string;
  /** Name of the generated document. */
  readonly input: string;
  readonly connections: number;
  /** Whether each request has an Idempotency-Key of its own. */
  readonly keyed: boolean;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What the parent is told: that measuring begins, and at the end the milliseconds of each answer. */
export type LoadReport =
  | { readonly state: 'measuring' }
  | { readonly state: 'done'; readonly times: readonly number[] };

process.once('message', (message) => {
  const load = message as Load;
  generate(load).then(
    () => process.disconnect?.(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function generate(load: Load): Promise<void> {
  const { connections, warmUpSeconds, seconds } = load;
  const agent = new Agent({ connections, pipelining: 1, connect: { ca: load.ca } });
  const body = benchInputs().find(({ name }) => name === load.input)?.bytes;
  if (body === undefined) throw new TypeError(`there is no input ${load.input}`);
  const times: number[] = [];
  const phase = { measuring: false, over: false };
  const connection = async () => {
    while (!phase.over) {
      const start = performance.now();
      await sealOnce(agent, load, body);
      if (phase.measuring) times.push(performance.now() - start);
    }
  };
  const running = Promise.all(Array.from({ length: connections }, connection));
  const timing = (async () => {
    await sleep(warmUpSeconds * 1000);
    phase.measuring = true;
    tell({ state: 'measuring' });
    await sleep(seconds * 1000);
    phase.measuring = false;
    tell({ state: 'done', times });
    phase.over = true;
  })();
  await Promise.all([running, timing]);
  await agent.close();
}

async function sealOnce(agent: Agent, load: Load, body: Uint8Array): Promise<void> {
  const answer = await agent.request({
    origin: load.url,
    path: load.path,
    method: 'POST',
    headers: {
      authorization: `Bearer ${load.token}`,
      'content-type': 'application/pdf',
      ...(load.keyed && { 'idempotency-key': randomUUID() }),
    },
    body,
  });
  const sealed = await answer.body.bytes();
  if (answer.statusCode !== 200 || sealed.length <= body.length) {
    throw new TypeError(`answered ${answer.statusCode}: ${Buffer.from(sealed.subarray(0, 500)).toString()}`);
  }
}

function tell(report: LoadReport): void {
  process.send?.(report);
}
