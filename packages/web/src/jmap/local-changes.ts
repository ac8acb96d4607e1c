/** Mails changed here whose last change is remembered: reads take seconds, not hours. */
const maxRemembered = 2_000;

/**
 * Which mails were changed here, and when, against reads that began earlier: their answer may be from before the change and
 * come after it, and nothing would come to correct it.
 */
export class LocalChanges {
  #moment = 0;
  /** Changes on their way, by mail. */
  readonly #underWay = new Map<string, number>();
  readonly #doneAt = new Map<string, number>();

  /** To be noted before a read, and asked about with what it brings. */
  get moment(): number {
    return this.#moment;
  }

  /** Whether changes are on their way. */
  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  begin(ids: Iterable<string>): void {
    for (const id of ids) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
  }

  /** The server has answered: what is read from now on knows of the change. */
  end(ids: Iterable<string>): void {
    this.#moment += 1;
    for (const id of ids) {
      const left = (this.#underWay.get(id) ?? 1) - 1;
      if (left > 0) this.#underWay.set(id, left);
      else this.#underWay.delete(id);
      this.#doneAt.delete(id);
      this.#doneAt.set(id, this.#moment);
    }
    for (const id of this.#doneAt.keys()) {
      if (this.#doneAt.size <= maxRemembered) break;
      this.#doneAt.delete(id);
    }
  }

  /** Whether a read that began at `moment` may tell of a mail as it was before a change made here. */
  isNewer(id: string, moment: number): boolean {
    return this.#underWay.has(id) || (this.#doneAt.get(id) ?? 0) > moment;
  }
}
