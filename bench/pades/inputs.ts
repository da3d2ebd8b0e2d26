// SPDX-License-Identifier: Apache-2.0
import { makePdf } from '../../tests/testkit/pdf-files.ts';

/** A generated document of the benchmark. */
export interface BenchInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const sizes = [
  { label: '10 kB', bytes: 10_000, objects: 20 },
  { label: '100 kB', bytes: 100_000, objects: 200 },
  { label: '1 MB', bytes: 1_000_000, objects: 2_000 },
] as const;

/** 10 kB, 100 kB and 1 MB with 20, 200 and 2,000 objects, each with both kinds of cross-reference. */
export function benchInputs(): readonly BenchInput[] {
  return sizes.flatMap(({ label, bytes, objects }) =>
    (['table', 'stream'] as const).map((kind) => ({
      name: `${label} ${kind}`,
      bytes: makePdf({ bytes, objects, kind }),
    })),
  );
}
