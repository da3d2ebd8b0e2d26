// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';

/** Where the API lies. */
export const apiPrefix = '/api/v1';

/** Path of a job. */
export const jobPath = (id: Uuid): string => `${apiPrefix}/jobs/${id}`;

/** Path of a batch. */
export const batchPath = (id: Uuid): string => `${apiPrefix}/batches/${id}`;
