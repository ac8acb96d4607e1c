/** How long is waited for a moment that may not come, ms: a page without a list. */
const patienceMs = 2_000;

/** A moment that comes once, and what is to be done after it. */
export class Moment {
  #come = false;
  readonly #waiting = new Set<() => void>();

  /** Runs `work` after the moment, or when it does not come in time; never before this function has returned. */
  after(work: () => void): () => void {
    let timer = setTimeout(run, this.#come ? 0 : patienceMs);
    const waiting = this.#waiting;
    function run(): void {
      waiting.delete(soon);
      work();
    }
    // What came stands on the screen first.
    function soon(): void {
      clearTimeout(timer);
      timer = setTimeout(run, 0);
    }
    if (!this.#come) waiting.add(soon);
    return () => {
      waiting.delete(soon);
      clearTimeout(timer);
    };
  }

  come(): void {
    this.#come = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const soon of waiting) soon();
  }
}
