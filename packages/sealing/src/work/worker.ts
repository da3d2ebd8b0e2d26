// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import { asSignetError, type ErrorCode, type ErrorDetails } from '@signet/base';
import type { ValidationInput } from '@signet/validation';
import type {
  DocumentInput,
  ExpectedSeal,
  OutputToCheck,
  PreparationRequest,
  StoreRequest,
} from '../document-work.ts';
import { checkAugmentationStep, inspectStep, storeStep, timeStampStep } from './augmentation-steps.ts';
import { checkStep, prepareStep, validateStep } from './steps.ts';

/** One step for a thread of the pool. The document is a path (or shared memory): its bytes are never copied here. */
export type WorkOrder =
  | { readonly step: 'prepare'; readonly document: DocumentInput; readonly request: PreparationRequest }
  | {
      readonly step: 'check';
      readonly document: DocumentInput;
      readonly output: OutputToCheck;
      readonly expected: ExpectedSeal;
    }
  | {
      readonly step: 'store';
      readonly document: DocumentInput;
      readonly appended: Uint8Array;
      readonly request: StoreRequest;
    }
  | {
      readonly step: 'time-stamp';
      readonly document: DocumentInput;
      readonly appended: Uint8Array;
      readonly reservedBytes: number;
    }
  | { readonly step: 'inspect'; readonly document: DocumentInput; readonly appended: Uint8Array }
  | {
      readonly step: 'check-augmentation';
      readonly document: DocumentInput;
      readonly output: OutputToCheck;
      readonly level: AdesLevel;
    }
  | { readonly step: 'validate'; readonly document: DocumentInput; readonly material: ValidationInput };

/** A coded error keeps its code across the thread border; the cause stays behind. */
export type WorkAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly details: ErrorDetails; readonly trace?: string };

/** The thread's entry, called by the pool. */
export default function work(order: WorkOrder): WorkAnswer {
  try {
    return { ok: true, value: run(order) };
  } catch (error) {
    const { code, details, cause } = asSignetError(error);
    return {
      ok: false,
      code,
      details,
      ...(cause instanceof Error && cause.stack ? { trace: cause.stack } : {}),
    };
  }
}

function run(order: WorkOrder): unknown {
  switch (order.step) {
    case 'prepare':
      return prepareStep(order.document, order.request);
    case 'check':
      return checkStep(order.document, order.output, order.expected);
    case 'store':
      return storeStep(order.document, order.appended, order.request);
    case 'time-stamp':
      return timeStampStep(order.document, order.appended, order.reservedBytes);
    case 'inspect':
      return inspectStep(order.document, order.appended);
    case 'check-augmentation':
      return checkAugmentationStep(order.document, order.output, order.level);
    case 'validate':
      return validateStep(order.document, order.material);
  }
}
