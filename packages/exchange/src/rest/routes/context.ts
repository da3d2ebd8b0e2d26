// SPDX-License-Identifier: Apache-2.0
import type { Spool } from '../../spool/spool.ts';
import type { Authenticate } from '../authentication.ts';
import type { RestLimits } from '../limits.ts';
import type { EnrolmentService, SealingService } from '../service.ts';

/** What every route of the API works with. */
export interface RouteContext {
  readonly service: SealingService;
  readonly authenticate: Authenticate;
  readonly spool: Spool;
  readonly limits: RestLimits;
  /** Absent: this program enrols nobody. */
  readonly enrolment?: EnrolmentService;
}
