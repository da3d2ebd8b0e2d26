// SPDX-License-Identifier: Apache-2.0

/** AdES baseline levels, the lowest first (EN 319 122-1 §6, EN 319 142-1 §6). */
export const adesLevels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;

/** An AdES baseline level. */
export type AdesLevel = (typeof adesLevels)[number];

/** Whether `reached` is at least `wanted`. */
export function reachesLevel(reached: AdesLevel, wanted: AdesLevel): boolean {
  return adesLevels.indexOf(reached) >= adesLevels.indexOf(wanted);
}
