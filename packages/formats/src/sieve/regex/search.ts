import type { Program } from './program.ts';

/** Start and end of the whole and of each group; null for a group that took no part. */
export type Spans = readonly (readonly [start: number, end: number] | null)[];

type Slots = readonly number[];

/** Ways through the program that are under way at one place, in the order of preference. */
class Front {
  readonly pcs: number[] = [];
  readonly slots: Slots[] = [];
  readonly #seen: Uint8Array;

  constructor(size: number) {
    this.#seen = new Uint8Array(size);
  }

  clear(): void {
    this.pcs.length = 0;
    this.slots.length = 0;
    this.#seen.fill(0);
  }

  /** Adds a step and all that can be reached from it without taking a character; each step once. */
  add(program: Program, start: number, given: Slots, at: number, length: number): void {
    const stack: { readonly pc: number; readonly slots: Slots }[] = [{ pc: start, slots: given }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { pc, slots } = next;
      if (this.#seen[pc] === 1) continue;
      this.#seen[pc] = 1;
      const step = program.steps[pc];
      if (step === undefined) continue;
      switch (step.kind) {
        case 'jump':
          stack.push({ pc: step.to, slots });
          break;
        case 'split':
          stack.push({ pc: step.second, slots }, { pc: step.first, slots });
          break;
        case 'save':
          stack.push({ pc: pc + 1, slots: slots.with(step.slot, at) });
          break;
        case 'start':
          if (at === 0) stack.push({ pc: pc + 1, slots });
          break;
        case 'end':
          if (at === length) stack.push({ pc: pc + 1, slots });
          break;
        default:
          this.pcs.push(pc);
          this.slots.push(slots);
      }
    }
  }
}

function spansOf(slots: Slots): Spans {
  const spans: (readonly [number, number] | null)[] = [];
  for (let i = 0; i < slots.length; i += 2) {
    const start = slots[i] ?? -1;
    const end = slots[i + 1] ?? -1;
    spans.push(start === -1 || end === -1 ? null : [start, end]);
  }
  return spans;
}

/**
 * The match that begins first, and of those the longest (IEEE 1003.2, 2.8). Where groups can share it in several ways, the
 * first alternative and the longer repetition go before the others. All ways are followed at once (Thompson, Pike), so
 * the time is at most text × steps whatever the pattern.
 */
export function searchRegex(program: Program, text: string): Spans | null {
  const { steps, groups } = program;
  const none: Slots = Array.from({ length: 2 * groups + 2 }, () => -1);
  let now = new Front(steps.length);
  let later = new Front(steps.length);
  let found: Slots | null = null;
  for (let at = 0; ; ) {
    if (found === null) now.add(program, 0, none.with(0, at), at, text.length);
    if (now.pcs.length === 0 && found !== null) break;
    const code = at < text.length ? (text.codePointAt(at) ?? 0) : -1;
    const next = at + (code > 0xffff ? 2 : 1);
    for (const [i, pc] of now.pcs.entries()) {
      const step = steps[pc];
      const slots = now.slots[i] ?? none;
      // Those that began later come last.
      if (found !== null && begin(slots) > begin(found)) break;
      if (step?.kind === 'found') found = slots.with(1, at);
      else if (code !== -1 && step?.kind === 'char' && step.test(code))
        later.add(program, pc + 1, slots, next, text.length);
    }
    if (at >= text.length) break;
    [now, later] = [later, now];
    later.clear();
    at = next;
  }
  return found === null ? null : spansOf(found);
}

function begin(slots: Slots): number {
  return slots[0] ?? -1;
}
