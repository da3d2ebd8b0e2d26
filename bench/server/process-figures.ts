// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks in a second: fixed for what /proc tells. */
const ticksPerSecond = 100;

/** CPU seconds, user and system, that a process and its collected children have used. 0 for one that is gone. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  if (fields === undefined) return 0;
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), the first after the name being the third.
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / ticksPerSecond;
}

/** Most memory that a process had resident so far, in megabytes. 0 for one that is gone. */
export function peakMegabytes(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** A process and the children it has now. */
export function withChildren(parent: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statFields(pid)?.[1]) === parent);
  return [parent, ...children];
}

/** What stands behind the name in /proc/PID/stat; the name itself may hold anything. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
