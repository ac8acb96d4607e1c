import type { ExtractLimits } from './limits.ts';

/** Gathers text until a bound is reached. */
export class TextCollector {
  readonly #pieces: string[] = [];
  readonly #deadline: number;
  readonly #now: () => number;
  #left: number;

  constructor(limits: Pick<ExtractLimits, 'maxText' | 'maxMs'>, now: () => number) {
    this.#left = limits.maxText;
    this.#now = now;
    this.#deadline = now() + limits.maxMs;
  }

  /** Whether more text is wanted. */
  get open(): boolean {
    return this.#left > 0 && this.#now() <= this.#deadline;
  }

  add(text: string): void {
    if (this.#left <= 0) return;
    this.#pieces.push(text.length > this.#left ? text.slice(0, this.#left) : text);
    this.#left -= text.length;
  }

  get text(): string {
    return this.#pieces.join('');
  }
}
