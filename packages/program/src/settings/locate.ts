// SPDX-License-Identifier: Apache-2.0
import { type Document, isMap, isNode, isPair, isScalar, isSeq, type LineCounter } from 'yaml';

/** Where something in a YAML file stands, as a person would name it. */
export interface Place {
  /** Dotted key, `listeners[0].port`; `(the file)` for the root. */
  readonly key: string;
  /** First line is 1. */
  readonly line: number;
}

/**
 * Finds the line of a JSON pointer (RFC 6901) in a parsed YAML document. Where the last steps do not exist (a missing
 * key), it is the line of the deepest one that does.
 *
 * @param atKey point at the key itself and not at its value (for a key that should not be there)
 */
export function locate(document: Document, lines: LineCounter, pointer: string, atKey = false): Place {
  const steps = pointer.split('/').slice(1).map(unescapeStep);
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step,
      );
      if (pair === undefined) break;
      const value: unknown = pair.value;
      const start: unknown = (last && atKey) || !isScalar(value) ? pair.key : value;
      if (isNode(start) && start.range) offset = start.range[0];
      node = value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node) && node.range) offset = node.range[0];
    } else break;
  }
  return { key: dotted(steps), line: lines.linePos(offset).line };
}

/** The dotted form in which keys are named in messages: `['listeners', '0', 'port']` → `listeners[0].port`. */
export function dotted(steps: readonly string[]): string {
  const text = steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  return text === '' ? '(the file)' : text.replace(/^\./, '');
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
