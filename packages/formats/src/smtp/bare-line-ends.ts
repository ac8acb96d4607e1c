import { nextLineEnd } from './line-ends.ts';

const CR = 0x0d;
const LF = 0x0a;

/** Looks for a CR or LF that stands alone in a message that comes in pieces without transparency (BDAT, RFC 3030). */
export class BareLineEndScanner {
  #bare = false;
  #pendingCr = false;

  /** Whether one was found; after the last piece a CR at the very end counts too (`finish`). */
  get found(): boolean {
    return this.#bare;
  }

  scan(input: Buffer): void {
    if (input.length === 0 || this.#bare) return;
    if (this.#pendingCr && input[0] !== LF) this.#bare = true;
    let position = this.#pendingCr ? 1 : 0;
    this.#pendingCr = false;
    while (!this.#bare) {
      const end = nextLineEnd(input, position);
      if (end >= input.length) return;
      if (input[end] === CR && end + 1 === input.length) {
        this.#pendingCr = true;
        return;
      }
      this.#bare = input[end] !== CR || input[end + 1] !== LF;
      position = end + 2;
    }
  }

  /** No more pieces follow. */
  finish(): void {
    if (this.#pendingCr) this.#bare = true;
  }
}
