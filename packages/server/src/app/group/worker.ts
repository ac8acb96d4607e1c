import { systemClock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type House, openHouse } from '../house.ts';
import { createNodeLog } from '../monitoring/server-log.ts';
import { type Prepared, prepare, type StartWishes } from '../serve/prepare.ts';
import { type RunningServer, startServices } from '../serve/services.ts';
import { StartError } from '../start-error.ts';
import type { StartFailure, ToPrimary, ToWorker, WorkerPlace } from './messages.ts';
import { WorkerTransport } from './worker-transport.ts';

function send(message: ToPrimary): void {
  // The primary may be gone already; then this process ends with it.
  if (process.connected) process.send?.(message);
}

function failureOf(error: unknown): StartFailure {
  if (error instanceof StartError) return { kind: 'phrase', phrase: error.phrase, values: error.values };
  return { kind: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** One process of the group: waits to be told the configuration, serves, ends when told to drain. */
class Worker {
  readonly #transport = new WorkerTransport(send);
  #log: Log | null = null;
  #house: House | null = null;
  #server: RunningServer | null = null;
  #ending = false;

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'open':
        void this.#step(async () => {
          await this.#open(message);
          return { type: 'opened' };
        });
        return;
      case 'prepare':
        void this.#step(async () => ({ type: 'prepared', prepared: await this.#prepare(message.wishes) }));
        return;
      case 'start':
        void this.#step(() => this.#start(message));
        return;
      case 'notices':
        this.#transport.received(message.notices);
        return;
      case 'failure':
        this.#house?.limiter.failedElsewhere(message.address, message.login);
        return;
      case 'reload':
        this.#server?.reload();
        return;
      case 'abandoned':
        void this.#releaseLeases(message.owners);
        return;
      case 'wake':
        this.#server?.wake();
        return;
      case 'report':
        void this.#report(message);
        return;
      case 'stand-down':
        this.#server?.readiness.standDown();
        return;
      case 'drain':
        void this.end(message.deadlineMs);
        return;
      default:
        message satisfies never;
    }
  }

  /** Does a step of the start; says why and ends when it fails. */
  async #step(work: () => Promise<ToPrimary>): Promise<void> {
    try {
      send(await work());
    } catch (error) {
      this.#log?.error('serve.start_failed', { error });
      send({ type: 'failed', reason: failureOf(error) });
      await this.end(0, 1);
    }
  }

  async #open({ config, bootId, number, processes }: WorkerPlace): Promise<House> {
    this.#transport.place(number, processes);
    this.#log = createNodeLog(config).child({ worker: number });
    this.#house = await openHouse({
      config,
      clock: systemClock,
      log: this.#log,
      bootId,
      transport: this.#transport,
      others: {
        work: topic => send({ type: 'work', topic }),
        failed: (address, login) => send({ type: 'failure', address, login }),
      },
    });
    return this.#house;
  }

  async #prepare(wishes: StartWishes): Promise<Prepared> {
    if (!this.#house) throw new Error('the house is not open');
    return await prepare(this.#house, wishes, line => send({ type: 'said', line }));
  }

  async #start(place: WorkerPlace): Promise<ToPrimary> {
    const house = this.#house ?? (await this.#open(place));
    this.#server = await startServices(house);
    return { type: 'ready', ports: this.#server.ports, owner: house.spool.owner };
  }

  /** Gives back what dead processes had in hand; what fails comes back when their leases end. */
  async #releaseLeases(owners: readonly string[]): Promise<void> {
    const house = this.#house;
    if (!house) return;
    try {
      let rows = 0;
      for (const owner of owners) rows += await house.spool.spool.releaseLeases(owner);
      if (rows > 0) house.log.info('group.work_taken_over', { rows });
      this.#server?.wake();
    } catch (error) {
      house.log.warn('group.work_not_taken_over', { error });
    }
  }

  async #report({ id, shared }: Extract<ToWorker, { type: 'report' }>): Promise<void> {
    const ready = (await this.#server?.readiness.check()) ?? 'unavailable';
    const metrics = (await this.#house?.metrics.collect(shared)) ?? [];
    send({ type: 'report', id, ready, metrics });
  }

  async end(deadlineMs: number, code = 0): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.#server?.drain(deadlineMs);
    await this.#house?.[Symbol.asyncDispose]();
    process.exit(code);
  }
}

/** Makes this process a worker of the group that forked it. */
export function runWorker(drainMs: () => number): void {
  const worker = new Worker();
  process.on('message', (message: ToWorker) => worker.receive(message));
  // Ctrl-C reaches the whole group; the primary says when to stop.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void worker.end(drainMs()));
  process.on('disconnect', () => void worker.end(0));
}
