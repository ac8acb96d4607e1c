import { type CharTest, type Pattern, PatternError, parsePattern } from './pattern.ts';

/** One step of a program. `split` tries `first` before `second`. */
export type Step =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'split'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'start' | 'end' | 'found' };

/** A pattern ready to be run. */
export interface Program {
  readonly steps: readonly Step[];
  readonly groups: number;
}

const mostSteps = 2_000;
const mostGroups = 30;

class Compiler {
  readonly steps: Step[] = [];

  add(step: Step): number {
    if (this.steps.length >= mostSteps) throw new PatternError('size');
    return this.steps.push(step) - 1;
  }

  pattern(pattern: Pattern): void {
    switch (pattern.kind) {
      case 'empty':
        return;
      case 'char':
        this.add(pattern);
        return;
      case 'start':
      case 'end':
        this.add({ kind: pattern.kind });
        return;
      case 'group':
        this.add({ kind: 'save', slot: 2 * pattern.index });
        this.pattern(pattern.inner);
        this.add({ kind: 'save', slot: 2 * pattern.index + 1 });
        return;
      case 'all':
        for (const part of pattern.parts) this.pattern(part);
        return;
      case 'any':
        return this.#any(pattern.parts);
      case 'repeat':
        return this.#repeat(pattern.inner, pattern.min, pattern.max);
      default:
        return pattern satisfies never;
    }
  }

  #any(parts: readonly Pattern[]): void {
    const jumps: number[] = [];
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1;
      const split = last ? -1 : this.add({ kind: 'jump', to: 0 });
      this.pattern(part);
      if (last) break;
      jumps.push(this.add({ kind: 'jump', to: 0 }));
      this.steps[split] = { kind: 'split', first: split + 1, second: this.steps.length };
    }
    for (const jump of jumps) this.steps[jump] = { kind: 'jump', to: this.steps.length };
  }

  #repeat(inner: Pattern, min: number, max: number | null): void {
    for (let i = 0; i < min; i++) this.pattern(inner);
    if (max === null) {
      const split = this.add({ kind: 'jump', to: 0 });
      this.pattern(inner);
      this.add({ kind: 'jump', to: split });
      this.steps[split] = { kind: 'split', first: split + 1, second: this.steps.length };
      return;
    }
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      splits.push(this.add({ kind: 'jump', to: 0 }));
      this.pattern(inner);
    }
    for (const split of splits)
      this.steps[split] = { kind: 'split', first: split + 1, second: this.steps.length };
  }
}

/** Makes a program of a POSIX extended regular expression; null when it is none, or one that is too large. */
export function compileRegex(text: string, ignoreCase: boolean): Program | null {
  try {
    const { pattern, groups } = parsePattern(text, ignoreCase);
    if (groups > mostGroups) return null;
    const compiler = new Compiler();
    compiler.pattern(pattern);
    compiler.add({ kind: 'found' });
    return { steps: compiler.steps, groups };
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
}
