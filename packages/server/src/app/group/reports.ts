import type { MetricSnapshot } from '../../platform/metrics/metrics.ts';
import type { ReadyState } from '../monitoring/readiness.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/** What one process said about itself. */
export interface ProcessReport {
  readonly ready: ReadyState;
  readonly metrics: readonly MetricSnapshot[];
}

/** How long the primary waits for its workers, ms; one that does not answer is not ready. */
const patienceMs = 3_000;

interface Asked {
  readonly waiting: Set<number>;
  readonly reports: ProcessReport[];
  done(): void;
}

/** Asks all workers how they are, and collects what they say. */
export class WorkerReports {
  readonly #send: (worker: number, message: ToWorker) => void;
  readonly #asked = new Map<number, Asked>();
  #last = 0;

  constructor(send: (worker: number, message: ToWorker) => void) {
    this.#send = send;
  }

  /** The answers of those that answered in time. */
  async ask(workers: readonly number[]): Promise<readonly ProcessReport[]> {
    if (workers.length === 0) return [];
    const id = (this.#last += 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked: Asked = { waiting: new Set(workers), reports: [], done: resolve };
    this.#asked.set(id, asked);
    for (const [at, worker] of workers.entries()) {
      this.#send(worker, { type: 'report', id, shared: at === 0 });
    }
    const timer = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(timer);
    this.#asked.delete(id);
    return asked.reports;
  }

  received(worker: number, message: Extract<ToPrimary, { type: 'report' }>): void {
    const asked = this.#asked.get(message.id);
    if (!asked?.waiting.delete(worker)) return;
    asked.reports.push({ ready: message.ready, metrics: message.metrics });
    if (asked.waiting.size === 0) asked.done();
  }
}

/** One word for a group: `stopping` when all are told to, `ready` when somebody can work. */
export function readyTogether(reports: readonly ProcessReport[], processes: number): ReadyState {
  const states = reports.map(report => report.ready);
  if (states.includes('ready')) return 'ready';
  return states.length > 0 && states.length === processes && states.every(state => state === 'stopping')
    ? 'stopping'
    : 'unavailable';
}
