// SPDX-License-Identifier: Apache-2.0
export { type AdesLevel, adesLevels, reachesLevel } from './level.ts';
