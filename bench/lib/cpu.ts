import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Clock ticks per second of /proc/…/stat; 100 on every Linux that Node supports. */
const ticksPerSecond = 100;

interface ProcessStat {
  readonly parent: number;
  readonly ticks: number;
}

function readStat(pid: string): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may contain blanks and brackets: fields start after the last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const number = (index: number): number => Number(fields[index] ?? 0);
    return { parent: number(1), ticks: number(11) + number(12) + number(13) + number(14) };
  } catch {
    return null;
  }
}

function family(roots: readonly number[]): Map<number, ProcessStat> {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat) stats.set(Number(name), stat);
  }
  const belongs = (pid: number): boolean => {
    for (let current = pid; current > 1; current = stats.get(current)?.parent ?? 0) {
      if (roots.includes(current)) return true;
    }
    return false;
  };
  return new Map([...stats].filter(([pid]) => belongs(pid)));
}

/** The processes `roots` and all that descend from them. */
export function descendants(roots: readonly number[]): number[] {
  return [...family(roots).keys()];
}

/** CPU seconds used so far by the processes `roots` and all their descendants, dead and waited-for ones included. */
export function cpuSeconds(roots: readonly number[]): number {
  let ticks = 0;
  for (const stat of family(roots).values()) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}

/** Bytes of all files below `folder`. */
export function diskBytes(folder: string): number {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      total += statSync(`${entry.parentPath}/${entry.name}`).size;
    } catch {
      // Removed meanwhile.
    }
  }
  return total;
}
