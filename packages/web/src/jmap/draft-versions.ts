/**
 * Which mail stands for a draft now. A mail's content never changes (RFC 8621 §4), so every save puts a new one in the
 * place of the one before; lists may show the old one for a moment.
 */
export class DraftVersions {
  readonly #next = new Map<string, Promise<string>>();

  /** Saves over `before`; resolves with the id of the new mail. */
  save(before: string | null, run: () => Promise<string>): Promise<string> {
    const saved = run();
    if (before !== null) {
      this.#next.set(before, saved);
      // What was not replaced is still the newest.
      saved.catch(() => this.#next.get(before) === saved && this.#next.delete(before));
    }
    return saved;
  }

  /** The newest mail of a draft, once what is being saved over it has been saved. */
  async newest(id: string): Promise<string> {
    let newest = id;
    for (let next = this.#next.get(id); next; next = this.#next.get(newest)) {
      try {
        newest = await next;
      } catch {
        return newest;
      }
    }
    return newest;
  }
}
