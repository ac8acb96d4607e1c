/** Work on the rows of one account of a company. */
export interface OfAccount {
  readonly tenant: number;
  readonly account: number;
}

/**
 * Gathers work on different accounts of one company into batches: companies share nothing. So many batches are under way at a time; what comes meanwhile waits for
 * the next one. No timer: work that comes alone goes alone, at the end of the turn.
 */
export class Gathering<Work extends OfAccount> {
  readonly #lanes: number;
  readonly #most: number;
  readonly #run: (batch: readonly Work[]) => Promise<void>;
  #waiting: Work[] = [];
  /** Accounts that a batch is about now. */
  readonly #busy = new Set<number>();
  #active = 0;

  /** `most`: work in a batch. `run` must not reject: it tells those in the batch what became of them. */
  constructor(lanes: number, most: number, run: (batch: readonly Work[]) => Promise<void>) {
    this.#lanes = lanes;
    this.#most = most;
    this.#run = run;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(work: Work): void {
    this.#waiting.push(work);
    if (this.#active >= this.#lanes) return;
    this.#active += 1;
    // After the I/O callbacks of this turn: whoever asks in the same turn shares the batch.
    setImmediate(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    for (;;) {
      const batch = this.#take();
      if (batch.length === 0) break;
      for (const { account } of batch) this.#busy.add(account);
      await this.#run(batch);
      for (const { account } of batch) this.#busy.delete(account);
    }
    this.#active -= 1;
  }

  /** Those of a company that waited longest, each account once, in the order of their accounts. */
  #take(): Work[] {
    const taken = new Map<number, Work>();
    const left: Work[] = [];
    let company: number | null = null;
    for (const work of this.#waiting) {
      const { account, tenant } = work;
      const fits = taken.size < this.#most && !taken.has(account) && (company ?? tenant) === tenant;
      if (fits && !this.#busy.has(account)) {
        company = tenant;
        taken.set(account, work);
      } else left.push(work);
    }
    this.#waiting = left;
    return [...taken.values()].toSorted((a, b) => a.account - b.account);
  }
}
