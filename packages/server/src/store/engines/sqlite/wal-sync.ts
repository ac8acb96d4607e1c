import { close, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const syncFile = promisify(fdatasync);

/**
 * Brings a write-ahead log to the disk in the thread pool, so that the event loop never waits for it. Commits that ask
 * while a sync is under way share the next one.
 *
 * The database runs with `synchronous=NORMAL`: a commit writes its frames and does not wait. Frames are checksummed
 * and ordered, so a log that is synced up to a commit holds that commit after a power cut; checkpoints sync the log
 * and the database by themselves. The log is the same file for as long as a connection is open.
 */
export class WalSync {
  readonly #path: string;
  readonly #syncFile: (descriptor: number) => Promise<void>;
  #descriptor: number | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /** Those who can wait, and the timer that ends their patience. */
  #patient: { readonly waiting: PromiseWithResolvers<void>; readonly timer: NodeJS.Timeout } | null = null;

  /** `sync` stands in for fdatasync in tests. */
  constructor(databasePath: string, sync: (descriptor: number) => Promise<void> = syncFile) {
    this.#path = `${databasePath}-wal`;
    this.#syncFile = sync;
  }

  /** The sync under way; null when there is none. Rejects when it fails. */
  get underWay(): Promise<void> | null {
    return this.#running;
  }

  /** Resolves when everything committed before the call is on disk. */
  sync(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#run();
      return this.#running;
    }
    // The sync under way may have begun before the commit was written: wait for the one after it.
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  /** As `sync`, but lets up to `delayMs` pass for others to join. Any sync that begins meanwhile serves. */
  syncWithin(delayMs: number): Promise<void> {
    if (!this.#patient) {
      const waiting = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        // Those who wait are told by the sync itself.
        this.sync().catch(() => undefined);
      }, delayMs);
      this.#patient = { waiting, timer };
    }
    return this.#patient.waiting.promise;
  }

  async #after(running: Promise<void>): Promise<void> {
    await running.catch(() => undefined);
    this.#running = this.#next;
    this.#next = null;
    await this.#run();
  }

  async #run(): Promise<void> {
    const patient = this.#patient;
    this.#patient = null;
    if (patient) clearTimeout(patient.timer);
    try {
      this.#descriptor ??= openSync(this.#path, 'r');
      await this.#syncFile(this.#descriptor);
      patient?.waiting.resolve();
    } catch (error) {
      patient?.waiting.reject(error);
      throw error;
    } finally {
      if (this.#next === null) this.#running = null;
    }
  }

  /** Waits for the syncs under way and lets the file go. */
  async close(): Promise<void> {
    if (this.#patient) await this.sync().catch(() => undefined);
    while (this.#running) await this.#running.catch(() => undefined);
    if (this.#descriptor !== null) close(this.#descriptor);
    this.#descriptor = null;
  }
}
