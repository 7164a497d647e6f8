// Processor time of other processes, as Linux counts it: less shaken than the clock by what else the machine does.

import { readFileSync } from 'node:fs';

/** Of `/proc/PID/stat` (proc(5)), counted from the one behind the name. */
const FIELDS = { own: [11, 12], endedChildren: [13, 14] } as const;
/** USER_HZ is 100 on every architecture that Linux runs Node on. */
const MS_PER_TICK = 10;

/**
 * Milliseconds so far, user and system together, in steps of 10.
 *
 * @param of - its own time, or that of its children which have ended
 * @returns null where the system does not tell
 */
export function processorMs(pid: number | undefined, of: keyof typeof FIELDS): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name may hold spaces and parentheses.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return FIELDS[of].reduce((sum, index) => sum + Number(fields[index]), 0) * MS_PER_TICK;
  } catch {
    // No such file: another system, or the process is gone.
    return null;
  }
}
