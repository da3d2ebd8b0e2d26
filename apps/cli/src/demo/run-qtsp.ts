// SPDX-License-Identifier: Apache-2.0
import { startDemoQtsp } from '@signet/qtsp';
import { demoLayout } from './layout.ts';
import { demoPki } from './set-up.ts';

/** Serves the demo's trust services until the process is told to end. */
export async function runQtsp(directory: string, basePort: number | undefined): Promise<void> {
  const layout = demoLayout(directory, basePort);
  const { http, timeStamps } = layout.ports;
  const pki = await demoPki(layout);
  const qtsp = await startDemoQtsp({ pki, httpPort: http, httpsPort: timeStamps });
  process.stdout.write(
    `time-stamps       ${qtsp.timeStampUrl}\nOCSP, CRL, AIA    ${qtsp.httpUrl}\nroot              ${pki.rootFile}\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await qtsp.stop();
}
