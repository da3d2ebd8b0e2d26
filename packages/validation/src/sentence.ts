// SPDX-License-Identifier: Apache-2.0
import type { ValidationReport } from './report.ts';

/** The report as one sentence for people: who, when and by whose clock, unchanged or not, what could not be judged. */
export declare function reportSentence(report: ValidationReport): string;
