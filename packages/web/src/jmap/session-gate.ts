import { Observable } from './observable.ts';

/** A session that ends in the middle of work: requests wait here until the person has signed in again, and then go out. */
export class SessionGate extends Observable {
  /** How many sessions have begun since the page was opened. */
  #sessions = 0;
  #waiting: { readonly again: Promise<void>; readonly open: () => void } | null = null;

  /** Whether the session has ended. */
  get closed(): boolean {
    return this.#waiting !== null;
  }

  /** Runs `send`; when it fails as `ended` says, waits for the next session and runs it anew. */
  async through<Answer>(send: () => Promise<Answer>, ended: (error: unknown) => boolean): Promise<Answer> {
    for (;;) {
      const before = this.#waiting;
      if (before) await before.again;
      const session = this.#sessions;
      try {
        return await send();
      } catch (error) {
        if (!ended(error)) throw error;
        // What went out under the session before says nothing about this one.
        if (session === this.#sessions) this.#close();
      }
    }
  }

  #close(): void {
    if (this.#waiting) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { again: promise, open: resolve };
    this.changed();
  }

  /** Somebody has signed in again: what waits goes on. */
  open(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#sessions += 1;
    waiting?.open();
    this.changed();
  }
}
