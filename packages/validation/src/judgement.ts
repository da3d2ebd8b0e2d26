// SPDX-License-Identifier: Apache-2.0
import type { SignetError } from '@signet/base';
import type { Indication, SubIndication } from './indication.ts';
import type { Finding } from './report.ts';

/** What a building block of EN 319 102-1 §5.2 gives: an indication, why, and what a reader should know besides. */
export interface Judgement {
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Everything is as it should be. */
export const passed: Judgement = {
  indication: 'TOTAL_PASSED',
  subIndication: null,
  errors: [],
  warnings: [],
};

/** Something cannot be decided with what is there. */
export function indeterminate(subIndication: SubIndication, ...errors: readonly Finding[]): Judgement {
  return { indication: 'INDETERMINATE', subIndication, errors, warnings: [] };
}

/** The signature is no good, whatever else may be known later. */
export function failed(subIndication: SubIndication, ...errors: readonly Finding[]): Judgement {
  return { indication: 'TOTAL_FAILED', subIndication, errors, warnings: [] };
}

/** Nothing is wrong, but this should be known. */
export function passedWith(...warnings: readonly Finding[]): Judgement {
  return { ...passed, warnings };
}

/** A finding from a coded error. */
export function findingOf(error: SignetError): Finding {
  return { key: error.code, message: error.message };
}

const weight: Readonly<Record<Indication, number>> = { TOTAL_PASSED: 0, INDETERMINATE: 1, TOTAL_FAILED: 2 };

/** The worst of several judgements decides, the first of equals; all their findings are kept. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const deciding = judgements.reduce(
    (one, other) => (weight[other.indication] > weight[one.indication] ? other : one),
    passed,
  );
  return {
    indication: deciding.indication,
    subIndication: deciding.subIndication,
    errors: judgements.flatMap(({ errors }) => errors),
    warnings: judgements.flatMap(({ warnings }) => warnings),
  };
}

/** The worst indication; null if there is none. */
export function worstIndication(indications: readonly Indication[]): Indication | null {
  return indications.reduce<Indication | null>(
    (one, other) => (one === null || weight[other] > weight[one] ? other : one),
    null,
  );
}
