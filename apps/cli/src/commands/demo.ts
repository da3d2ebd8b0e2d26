// SPDX-License-Identifier: Apache-2.0
import { Command, InvalidArgumentError } from 'commander';

interface DemoOptions {
  readonly dir: string;
  readonly basePort?: number;
  readonly once?: boolean;
}

const explanation = `
In the folder afterwards: pki/ (root.pem, revocation lists), access.env (address, CA and token for other programs),
server.yaml, client.yaml, data/, exchange/PROCESS/{in,work,out,failed,archive}, rest/ (what came back by REST), logs/.
The same command on the same folder goes on where it ended.`;

/** `signet demo`: the main job, everything set up by itself. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Set up server, client and a demo PKI, seal the sample documents by every way, and run on')
    .option('--dir <folder>', 'where everything goes', 'demo')
    .option('--base-port <n>', 'first of four ports on the loopback address (default: 18440)', portNumber)
    .option('--once', 'end when all is sealed and verified; exit code 0 if every document passed')
    .addHelpText('after', explanation)
    .action(async ({ dir, basePort, once = false }: DemoOptions) => {
      const { demoLayout } = await import('../demo/layout.ts');
      const { runDemo } = await import('../demo/run-demo.ts');
      process.exitCode = await runDemo(demoLayout(dir, basePort), once);
    });
}

/** Reads the option `--base-port`. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_000) return port;
  throw new InvalidArgumentError('It must be a number from 1024 to 65000.');
}
