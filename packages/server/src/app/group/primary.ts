import cluster, { type Worker } from 'node:cluster';
import type { PhraseKey } from '@hongyan/phrases/phrases.ts';
import type { NodeBus } from '../../notify/node-bus.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { type Metrics, mergeMetrics } from '../../platform/metrics/metrics.ts';
import type { Config } from '../config/config.ts';
import type { NodeReport } from '../monitoring/monitoring-server.ts';
import type { Ports } from '../serve/endpoints.ts';
import type { Prepared, StartWishes } from '../serve/prepare.ts';
import type { Running, Started } from '../serve/running.ts';
import { StartError } from '../start-error.ts';
import { homeNumber } from './home.ts';
import type { StartFailure, ToPrimary, ToWorker, WorkerPlace } from './messages.ts';
import { NoticeRelay } from './notice-relay.ts';
import { readyTogether, WorkerReports } from './reports.ts';

export interface GroupOptions {
  readonly config: Config;
  readonly bootId: string;
  readonly processes: number;
  /** Script and arguments that make a forked process call `runWorker`. */
  readonly exec: string;
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** The line to the other nodes; null without any. */
  readonly bus?: NodeBus | null;
  /** Numbers of the primary itself. */
  readonly metrics: Metrics;
  readonly wishes: StartWishes;
  /** For lines to the person who waits for the start. */
  readonly say: (line: string) => void;
  /** Called once the tables are there, before anything is written into them; what it throws ends the start. */
  readonly opened?: () => Promise<void>;
}

/** The other nodes, among the numbers of workers. */
const otherNodes = 0;

/** A running group of processes. What is left of them `graceMs` after the deadline of `drain` is killed. */
export interface ProcessGroup extends Running {
  /** Workers that are alive, by process id. */
  readonly pids: readonly number[];
}

/** Wait before a died worker is started again: doubles while they keep dying, ms. */
const restart = { firstMs: 100, maxMs: 30_000, healthyMs: 60_000 };
/** Time past the deadline for closing the files before a worker is killed, ms. */
const graceMs = 1_500;

interface Member {
  readonly worker: Worker;
  readonly number: number;
  readonly startedAt: number;
  settled: boolean;
  /** Its name in the queue, once it is ready. */
  owner: string | null;
}

/** Forks identical workers, starts died ones again, and carries messages between them. It does no mail itself. */
class Supervisor implements ProcessGroup {
  readonly #options: GroupOptions;
  readonly #members = new Map<number, Member>();
  readonly #relay: NoticeRelay;
  readonly #timers = new Set<Timer>();
  readonly #reports = new WorkerReports((id, message) => this.#send(id, message));
  readonly #opened = Promise.withResolvers<void>();
  readonly #prepared = Promise.withResolvers<Prepared>();
  readonly #started = Promise.withResolvers<void>();
  /** Rejected when a worker cannot start. */
  readonly #failed = Promise.withResolvers<never>();
  /** Whether the house is prepared, so that workers may start. */
  #begun = false;
  #draining = false;
  #delayMs = restart.firstMs;
  #waiting: number;
  readonly #listening: Disposable | null = null;
  /** Names in the queue of workers that died with work in hand, until a living one was told. */
  readonly #abandoned: string[] = [];
  ports: Ports = {};

  constructor(options: GroupOptions) {
    this.#options = options;
    this.#waiting = options.processes;
    // A worker may die while nobody waits for it: whoever waits next is told.
    this.#failed.promise.catch(() => undefined);
    this.#relay = new NoticeRelay(
      (id, notices) => this.#send(id, { type: 'notices', notices }),
      () => options.clock.now(),
      accountId => this.#homeOf(accountId),
    );
    const { bus } = options;
    if (!bus) return;
    bus.lookAt(() => this.#relay.accounts());
    this.#listening = bus.listen({
      notices: notices => this.#relay.publish(otherNodes, notices, false),
      work: () => this.wake(),
      failure: (address, login) => {
        for (const id of this.#members.keys()) this.#send(id, { type: 'failure', address, login });
      },
    });
  }

  get pids(): readonly number[] {
    return [...this.#members.values()].flatMap(({ worker }) => worker.process.pid ?? []);
  }

  async start(): Promise<Prepared> {
    const { exec, args, processes } = this.#options;
    cluster.setupPrimary({ exec, args: [...args] });
    // All of them load the program meanwhile, which takes longer than what the first one has to prepare.
    for (let number = 1; number <= processes; number += 1) this.#fork(number);
    try {
      const prepared = await this.#prepare();
      this.#begun = true;
      for (const [id, { number }] of this.#members) this.#send(id, { type: 'start', ...this.#place(number) });
      await Promise.race([this.#started.promise, this.#failed.promise]);
      return prepared;
    } catch (error) {
      await this.drain(0);
      throw error;
    }
  }

  /** Has the first worker open the house and prepare it. */
  async #prepare(): Promise<Prepared> {
    const { opened, wishes } = this.#options;
    const [first = 0] = this.#members.keys();
    const failed = this.#failed.promise;
    this.#send(first, { type: 'open', ...this.#place(1) });
    await Promise.race([this.#opened.promise, failed]);
    await opened?.();
    this.#send(first, { type: 'prepare', wishes });
    return await Promise.race([this.#prepared.promise, failed]);
  }

  #place(number: number): WorkerPlace {
    const { config, bootId, processes } = this.#options;
    return { config, bootId, number, processes };
  }

  wake(): void {
    for (const id of this.#members.keys()) this.#send(id, { type: 'wake' });
  }

  reload(): void {
    for (const id of this.#members.keys()) this.#send(id, { type: 'reload' });
  }

  standDown(): void {
    for (const id of this.#members.keys()) this.#send(id, { type: 'stand-down' });
  }

  get report(): NodeReport {
    return {
      ready: async () => {
        const workers = [...this.#members.keys()];
        return readyTogether(await this.#reports.ask(workers), workers.length);
      },
      metrics: async () => {
        const reports = await this.#reports.ask([...this.#members.keys()]);
        const own = await this.#options.metrics.collect(false);
        return mergeMetrics([own, ...reports.map(({ metrics }) => metrics)]);
      },
    };
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    for (const timer of this.#timers) timer.cancel();
    const ends = [...this.#members.values()].map(({ worker }) => {
      return new Promise<void>(resolve => {
        if (worker.isDead()) resolve();
        else worker.once('exit', () => resolve());
      });
    });
    for (const id of this.#members.keys()) this.#send(id, { type: 'drain', deadlineMs });
    const killer = setTimeout(() => {
      for (const { worker } of this.#members.values()) worker.process.kill('SIGKILL');
    }, deadlineMs + graceMs);
    await Promise.all(ends);
    this.#listening?.[Symbol.dispose]();
    clearTimeout(killer);
  }

  /** Has a living worker give back what dead ones had in hand: nobody else would before the leases end. */
  #handOver(): void {
    if (this.#abandoned.length === 0) return;
    for (const [id, { settled, worker }] of this.#members) {
      if (!settled || !worker.isConnected()) continue;
      this.#send(id, { type: 'abandoned', owners: this.#abandoned.splice(0) });
      return;
    }
  }

  /** The worker that looks after an account; undefined while it is being started again. */
  #homeOf(accountId: AccountId): number | undefined {
    const home = homeNumber(accountId, this.#options.processes);
    for (const [id, { number }] of this.#members) if (number === home) return id;
    return undefined;
  }

  #send(id: number, message: ToWorker): void {
    const member = this.#members.get(id);
    // A worker that dies meanwhile tells by its exit.
    if (member?.worker.isConnected()) member.worker.send(message, () => undefined);
  }

  #fork(number: number): void {
    const { clock, log } = this.#options;
    const worker = cluster.fork();
    const { id } = worker;
    this.#members.set(id, { worker, number, startedAt: clock.now(), settled: false, owner: null });
    worker.on('message', (message: ToPrimary) => this.#receive(id, message));
    worker.on('exit', (code, signal) => this.#ended(id, code, signal));
    worker.on('error', error => log.error('group.worker_error', { worker: number, error }));
    if (this.#begun) this.#send(id, { type: 'start', ...this.#place(number) });
  }

  #receive(id: number, message: ToPrimary): void {
    const member = this.#members.get(id);
    if (!member) return;
    switch (message.type) {
      case 'opened':
        this.#opened.resolve();
        return;
      case 'said':
        this.#options.say(message.line);
        return;
      case 'prepared':
        this.#prepared.resolve(message.prepared);
        return;
      case 'ready':
        member.settled = true;
        member.owner = message.owner;
        this.ports = message.ports;
        this.#handOver();
        this.#waiting -= 1;
        if (this.#waiting <= 0) this.#started.resolve();
        return;
      case 'failed':
        this.#failed.reject(failureError(message.reason));
        return;
      case 'notices':
        this.#relay.publish(id, message.notices);
        for (const [accountId, modseq] of message.notices) this.#options.bus?.publish(accountId, modseq);
        return;
      case 'report':
        this.#reports.received(id, message);
        return;
      case 'work':
        this.#options.bus?.work(message.topic);
        return;
      case 'interest':
        this.#relay.setInterest(id, message.accountId, message.on);
        return;
      case 'failure':
        for (const other of this.#members.keys()) {
          if (other !== id) this.#send(other, message);
        }
        this.#options.bus?.failed(message.address, message.login);
        return;
      default:
        message satisfies never;
    }
  }

  #ended(id: number, code: number, signal: string | null): void {
    const member = this.#members.get(id);
    this.#members.delete(id);
    this.#relay.remove(id);
    if (!member || this.#draining) return;
    const { clock, log } = this.#options;
    const { number, settled, startedAt } = member;
    if (!settled) this.#failed.reject(new StartError('serve.worker_failed', { reason: signal ?? code }));
    if (clock.now() - startedAt > restart.healthyMs) this.#delayMs = restart.firstMs;
    log.error('group.worker_died', { worker: number, code, signal, again: this.#delayMs });
    if (member.owner !== null) this.#abandoned.push(member.owner);
    this.#handOver();
    const timer = clock.after(this.#delayMs, () => {
      this.#timers.delete(timer);
      this.#fork(number);
    });
    this.#timers.add(timer);
    this.#delayMs = Math.min(restart.maxMs, this.#delayMs * 2);
  }
}

function failureError(reason: StartFailure): Error {
  if (reason.kind === 'phrase') return new StartError(reason.phrase as PhraseKey, reason.values);
  return new StartError('serve.worker_failed', { reason: reason.message });
}

/** Starts the group; resolves when every worker is ready. Throws `StartError` and ends all when one cannot start. */
export async function startGroup(options: GroupOptions): Promise<Started<ProcessGroup>> {
  const running = new Supervisor(options);
  return { running, prepared: await running.start() };
}
