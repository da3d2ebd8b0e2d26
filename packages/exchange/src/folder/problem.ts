// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { errorRow, type Fault } from '@signet/base';
import type { ArrivalParts } from './parts.ts';
import type { InPhase } from './seal-arrival.ts';

/** Who has to do what, in words for whoever finds the document. */
const whatToDo: Readonly<Record<Fault, string>> = {
  document: 'Correct the document, or have it made anew, and put it into in/.',
  caller: 'Correct what the sentence above names, then move the document from failed/ to in/.',
  configuration:
    'Have an administrator correct the configuration, then move the document from failed/ to in/.',
  device: 'Have an administrator look at the signature device, then move the document from failed/ to in/.',
  service: 'When the service is back, move the document from failed/ to in/.',
  signet:
    'Move the document from failed/ to in/ to try again. If it fails again, tell your administrator the lines below.',
};

/** The text of the file that lies beside a document in `failed/`. */
export function problemText(record: InPhase<'failing'>, parts: Pick<ArrivalParts, 'binding'>): string {
  const { problem } = record;
  return [
    `${posix.basename(record.path)} was not sealed.`,
    '',
    problem.message,
    '',
    whatToDo[errorRow(problem.code).fault],
    '',
    `Code:     ${problem.code}`,
    `Process:  ${parts.binding.process}`,
    `Taken:    ${record.claimedAt}`,
    `Arrival:  ${record.arrival}`,
    ...(problem.details.job === undefined ? [] : [`Job:      ${problem.details.job}`]),
    `SHA-256:  ${record.sha256In}`,
    '',
  ].join('\n');
}
