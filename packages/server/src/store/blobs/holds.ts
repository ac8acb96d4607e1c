import type { BlobLocation } from './record/record-format.ts';

/** A sealed body whose row may not be committed yet: its pack stays with this process. */
export interface Hold {
  readonly key: string;
  readonly location: BlobLocation;
  /** The body's record, when it goes into a row with whatever records it; null when it lies in a pack. */
  readonly record: Buffer | null;
  /** On the monotonic clock, ms. */
  readonly since: number;
  users: number;
  /** Whether the row is committed. */
  recorded: boolean;
  /** Whether the pack has been let go. */
  ended: boolean;
}

/** The holds of this process. A body sealed twice at the same time is written once and held by both. */
export class Holds {
  readonly #held = new Map<string, Hold>();
  readonly #release: (pack: number) => void;

  constructor(release: (pack: number) => void) {
    this.#release = release;
  }

  get(key: string): Hold | undefined {
    return this.#held.get(key);
  }

  add(key: string, location: BlobLocation, record: Buffer | null): Hold {
    const hold: Hold = {
      key,
      location,
      record,
      since: performance.now(),
      users: 1,
      recorded: false,
      ended: false,
    };
    this.#held.set(key, hold);
    return hold;
  }

  /** Ends one use; the last one lets the pack go. */
  end(hold: Hold): void {
    hold.users -= 1;
    if (hold.users === 0) this.#drop(hold);
  }

  /** Drops holds that nobody ended within `ageMs`: a body that is not recorded by then never will be. */
  expire(ageMs: number): number {
    let count = 0;
    for (const hold of this.#held.values()) {
      if (performance.now() - hold.since < ageMs) continue;
      this.#drop(hold);
      count += 1;
    }
    return count;
  }

  /** Nobody finds this hold any more: its pack was lost, and the body must be written again. */
  forget(hold: Hold): void {
    if (this.#held.get(hold.key) === hold) this.#held.delete(hold.key);
  }

  #drop(hold: Hold): void {
    this.forget(hold);
    if (hold.ended) return;
    hold.ended = true;
    this.#release(hold.location.pack);
  }
}
