// SPDX-License-Identifier: Apache-2.0
import { Presets, SingleBar } from 'cli-progress';

/** Progress of a run over many documents. */
export interface Progress {
  /** One more is done. */
  step(name: string): void;
  stop(): void;
}

/**
 * A bar on standard error, shown once a run has lasted a second: a short run prints nothing, and neither does one whose
 * standard error is no terminal.
 */
export function progress(total: number): Progress {
  if (!process.stderr.isTTY) return { step: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { format: '{bar} {value}/{total}  {eta_formatted} left  {name}', hideCursor: true, stopOnComplete: true },
    Presets.shades_classic,
  );
  let done = 0;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    bar.start(total, done, { name: '' });
  }, 1000);
  return {
    step(name) {
      done += 1;
      if (shown) bar.update(done, { name });
    },
    stop() {
      clearTimeout(timer);
      if (shown) bar.stop();
    },
  };
}
