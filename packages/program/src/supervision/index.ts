// SPDX-License-Identifier: Apache-2.0
export { type BackOff, backOff } from './back-off.ts';
export { type ChildOptions, runSupervisedChild } from './child.ts';
export { exitCodeOf, exitCodes } from './exit-code.ts';
export {
  type Supervision,
  type SupervisionLog,
  type SupervisionOptions,
  supervise,
} from './supervise.ts';
