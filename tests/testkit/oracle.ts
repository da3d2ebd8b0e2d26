// SPDX-License-Identifier: Apache-2.0
// Validators that we did not write, kept alive as co-processes: a file name a line in, a JSON object a line out.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { sharedPath } from './shared.ts';

/** What both validators say of a file; each says more. */
export interface OracleAnswer {
  readonly file?: string;
  readonly ok?: boolean;
  readonly passed?: boolean;
  readonly error?: string;
  readonly doubts?: readonly unknown[];
  readonly signatures?: readonly Record<string, unknown>[];
  readonly [more: string]: unknown;
}

/** A validator that stays alive and answers one file after the other; when a file ends it, the next one starts it anew. */
export class Oracle {
  readonly #start: () => ChildProcessWithoutNullStreams;
  #child: ChildProcessWithoutNullStreams | undefined;
  readonly #waiting: ((answer: OracleAnswer) => void)[] = [];

  constructor(program: string, args: readonly string[]) {
    this.#start = () => spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** What the validator says of a file; that it said nothing within a minute is an answer too. */
  ask(file: string): Promise<OracleAnswer> {
    return new Promise((resolve) => {
      const silence = setTimeout(() => this.#child?.kill('SIGKILL'), 60_000);
      this.#waiting.push((answer) => {
        clearTimeout(silence);
        resolve(answer);
      });
      this.#child ??= this.#listen(this.#start());
      this.#child.stdin.write(`${file}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
  }

  #listen(child: ChildProcessWithoutNullStreams): ChildProcessWithoutNullStreams {
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) this.#waiting.shift()?.(JSON.parse(line));
    });
    child.on('exit', (code, signal) => {
      this.#child = undefined;
      const error = `the validator ended with ${code ?? signal}`;
      for (const answer of this.#waiting.splice(0)) answer({ ok: false, passed: false, error });
    });
    return child;
  }
}

/** pyHanko, with the given trust anchors; revocation is not asked for unless `more` says so. */
export function pyhanko(trust: string, more: readonly string[] = []): Oracle {
  return new Oracle(sharedPath('tools', 'oracles', 'pyhanko', 'pyhanko-check'), [
    'validate',
    '--trust',
    trust,
    ...more,
    '--stdin',
  ]);
}

/** EU DSS, with the given trust anchors and revocation lists. */
export function dss(trust: string, crls: readonly string[], more: readonly string[] = []): Oracle {
  const lists = crls.flatMap((crl) => ['--crl', crl]);
  return new Oracle(sharedPath('tools', 'oracles', 'dss', 'dss'), [
    'validate',
    '--trust',
    trust,
    ...lists,
    ...more,
    '--stdin',
  ]);
}

/** veraPDF: which rules of the PDF/A flavour that a file claims it fails. */
export function verapdf(): Oracle {
  return new Oracle(sharedPath('tools', 'oracles', 'verapdf', 'verapdf'), ['--stdin']);
}

/** What `qpdf --check` complains of, one string a complaint; empty when it is silent. */
export function qpdfComplaints(file: string): readonly string[] {
  const { stdout, stderr, status, error } = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' });
  if (error) throw error;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => /WARNING|ERROR/i.test(line));
  return status === 0 ? [] : lines.map((line) => line.replaceAll(file, '').trim());
}

/** What poppler says of the newest signature of a file, whoever its certificate is from. */
export function popplerAccepts(file: string): boolean {
  const { stdout } = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' });
  return stdout.split('Signature Validation:').at(-1)?.includes('Signature is Valid') ?? false;
}

/** Whether a program is on PATH. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
}
