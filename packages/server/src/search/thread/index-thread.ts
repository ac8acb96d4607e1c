import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { IndexJob, IndexReply } from './protocol.ts';

/** The thread died or hung over a job, and was ended. */
export class ThreadLost extends Error {}

export interface IndexThreadOptions {
  readonly clock: Clock;
  /** A job that takes longer is given up with the thread, ms. */
  readonly jobMs: number;
  /** A thread without work ends after so long, ms. */
  readonly idleMs: number;
  /** Heap of the thread, MiB. */
  readonly heapMiB: number;
}

interface Waiting {
  readonly resolve: (reply: IndexReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The thread that reads attachments, cuts words and writes indexes. It starts with the first job and ends when there is
 * nothing to do. Whatever a hostile attachment does to it, only the job is lost.
 */
export class IndexThread implements AsyncDisposable {
  readonly #options: IndexThreadOptions;
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  #idle: Timer | null = null;
  #number = 0;

  constructor(options: IndexThreadOptions) {
    this.#options = options;
  }

  /** Does one job; one at a time. Throws `ThreadLost`. */
  async run(job: Omit<IndexJob, 'number'>): Promise<IndexReply> {
    this.#idle?.cancel();
    this.#idle = null;
    const worker = this.#start();
    this.#number += 1;
    const number = this.#number;
    const { promise, resolve, reject } = Promise.withResolvers<IndexReply>();
    this.#waiting = { resolve, reject };
    const watch = this.#options.clock.after(this.#options.jobMs, () => {
      reject(new ThreadLost('the job took too long'));
      this.#lose(worker);
    });
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ ...job, number });
      return await promise;
    } finally {
      watch.cancel();
      this.#waiting = null;
      this.#idle = this.#options.clock.after(this.#options.idleMs, () => void this[Symbol.asyncDispose]());
    }
  }

  /** Lets the thread end by itself; a later job starts another. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#idle?.cancel();
    this.#idle = null;
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = null;
    const gone = new Promise(resolve => worker.once('exit', resolve));
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage('end');
    const watch = this.#options.clock.after(5_000, () => void worker.terminate());
    await gone;
    watch.cancel();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./thread-main.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMiB },
      // Options of the process, such as those of a test runner, are not for threads.
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (reply: IndexReply) => this.#waiting?.resolve(reply));
    worker.on('error', error => {
      this.#waiting?.reject(new ThreadLost(error instanceof Error ? error.message : String(error)));
      this.#lose(worker);
    });
    worker.on('exit', () => {
      this.#waiting?.reject(new ThreadLost('the thread ended'));
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }

  #lose(worker: Worker): void {
    if (this.#worker === worker) this.#worker = null;
    void worker.terminate();
  }
}
