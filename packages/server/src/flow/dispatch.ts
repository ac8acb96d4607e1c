import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { Timer } from '../platform/clock.ts';
import type { ClaimedMessage, RecipientKind, SpoolMessage, SpoolRecipient } from '../store/spool/types.ts';
import type { FlowContext } from './context.ts';
import { deliverLocal } from './deliver.ts';
import { type Outcome, setback } from './outcome.ts';
import type { RelayDoor } from './ports.ts';
import { LeaseKeeper } from './queue/lease-keeper.ts';
import { factsOf, senderOptionsOf } from './queue/queued.ts';
import { type Reporter, Settlement } from './queue/settle.ts';
import { decodeSummary } from './queue/summary-codec.ts';
import { type Job, WorkLane } from './queue/work-lane.ts';

/** Runs the queue of this process. */
export interface Dispatcher extends AsyncDisposable {
  /** Resolves when nothing that is due is left, as far as this process can do it. For tests and the command line. */
  settled(): Promise<void>;
  /** Takes nothing new, finishes what is under way and gives the rest back to the queue. */
  drain(): Promise<void>;
  /** Looks at the queue now: after somebody else changed it. */
  wake(): void;
}

/** The kinds of rows, with the lane they run on. */
const kinds: readonly RecipientKind[] = ['local', 'relay', 'bounce'];

/** Deliveries into one mailbox at a time: they share its commits and syncs. */
const perMailbox = 64;

/** When to look again at what could not be taken now, ms. */
const soon = 1000;

/** Starts working on the queue at once. Dispose it to stop. */
export function createDispatcher(context: FlowContext, relay: RelayDoor, reporter: Reporter): Dispatcher {
  return new QueueDispatcher(context, relay, reporter);
}

class QueueDispatcher implements Dispatcher {
  readonly #context: FlowContext;
  readonly #relay: RelayDoor;
  readonly #settlement: Settlement;
  readonly #leases: LeaseKeeper;
  readonly #local: WorkLane;
  readonly #outgoing: WorkLane;
  readonly #listening: Disposable;
  /** Looks at the queue that are under way, by kind, and whether another is wanted after it. */
  readonly #looks = new Map<RecipientKind, { again: boolean; done: Promise<void> }>();
  readonly #timers = new Map<RecipientKind, Timer>();
  /** Kinds of which more was due than there was room for. */
  readonly #left = new Set<RecipientKind>();
  #draining: Promise<void> | null = null;

  constructor(context: FlowContext, relay: RelayDoor, reporter: Reporter) {
    this.#context = context;
    this.#relay = relay;
    this.#settlement = new Settlement(context, reporter);
    const { clock, limits, spool, log } = context;
    this.#leases = new LeaseKeeper(spool, clock, log, spool.leaseMs);
    const now = (): number => clock.now();
    this.#local = new WorkLane({ total: limits.localConcurrency, perKey: perMailbox }, now, () => {
      this.#roomFor('local');
      this.#roomFor('bounce');
    });
    const { perDestination, perMinute } = relay.limits;
    const relayed = { total: limits.relayConcurrency, perKey: perDestination, perMinute };
    this.#outgoing = new WorkLane(relayed, now, () => this.#roomFor('relay'));
    this.#listening = context.signal.listen({
      queued: (claimed, more) => {
        for (const work of claimed) this.#take(work);
        if (more) this.wake();
      },
      ready: () => Math.max(this.#local.load, this.#outgoing.load) < limits.claimBatch,
    });
    this.wake();
  }

  wake(): void {
    if (this.#draining) return;
    for (const kind of kinds) this.#look(kind);
  }

  async settled(): Promise<void> {
    for (;;) {
      await Promise.all([...this.#looks.values()].map(look => look.done));
      await Promise.all([this.#local.idle(), this.#outgoing.idle()]);
      if (this.#looks.size > 0 || this.#local.active > 0 || this.#outgoing.active > 0) continue;
      const due = await Promise.all(kinds.map(kind => this.#context.spool.nextDue(kind)));
      const now = this.#context.clock.now();
      if (this.#looks.size === 0 && !due.some(at => at !== null && at <= now)) return;
      if (this.#draining) return;
      this.wake();
    }
  }

  async drain(): Promise<void> {
    this.#draining ??= this.#drain();
    await this.#draining;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #drain(): Promise<void> {
    this.#listening[Symbol.dispose]();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#local.stop();
    this.#outgoing.stop();
    await Promise.all([...this.#looks.values()].map(look => look.done));
    this.#local.stop();
    this.#outgoing.stop();
    await Promise.all([this.#local.idle(), this.#outgoing.idle()]);
    this.#leases[Symbol.dispose]();
    await this.#context.spool.releaseLeases();
  }

  /** Claims what is due of a kind, and plans the next look. */
  #look(kind: RecipientKind): void {
    const running = this.#looks.get(kind);
    if (running) {
      running.again = true;
      return;
    }
    this.#timers.get(kind)?.cancel();
    this.#timers.delete(kind);
    const look = { again: false, done: Promise.resolve() };
    this.#looks.set(kind, look);
    look.done = this.#claim(kind)
      .catch((error: unknown) => {
        this.#context.log.error('flow.claim_failed', { kind, error });
        return this.#context.limits.pollMs;
      })
      .then(wait => {
        this.#looks.delete(kind);
        if (this.#draining) return;
        if (look.again) this.#look(kind);
        else this.#timers.set(kind, this.#later(kind, wait));
      });
  }

  #later(kind: RecipientKind, wait: number): Timer {
    return this.#context.clock.after(wait, () => {
      if (kind === 'relay') this.#outgoing.start();
      this.#look(kind);
    });
  }

  /** Fills the lane. Returns after how many ms to look again. */
  async #claim(kind: RecipientKind): Promise<number> {
    const { spool, limits, clock } = this.#context;
    const lane = kind === 'relay' ? this.#outgoing : this.#local;
    const most = limits.claimBatch;
    // What waits for its turn under a limit per minute has nobody else to start it.
    const patience = (): number => (lane.load > lane.active ? Math.min(soon, limits.pollMs) : limits.pollMs);
    for (;;) {
      // A full lane with idle slots is full of work for crowded destinations: others need not wait for them.
      const room = Math.min(most, Math.max(most - lane.load, lane.idleSlots));
      if (this.#draining || room <= 0) break;
      const claimed = await spool.claimDue(kind, room, [...lane.crowded]);
      if (claimed.length === 0) {
        const due = await spool.nextDue(kind);
        if (due === null) return patience();
        const wait = due - clock.now();
        // Due already and yet not claimed: crowded destinations, or another process was quicker.
        if (wait <= 0) this.#left.add(kind);
        return Math.min(wait > 0 ? wait : soon, patience());
      }
      for (const work of claimed) this.#take(work);
    }
    this.#left.add(kind);
    return patience();
  }

  #roomFor(kind: RecipientKind): void {
    if (this.#draining || !this.#left.has(kind)) return;
    const lane = kind === 'relay' ? this.#outgoing : this.#local;
    if (lane.load > this.#context.limits.claimBatch / 2) return;
    this.#left.delete(kind);
    this.#look(kind);
  }

  /** Turns claimed rows into jobs. */
  #take({ message, recipients: claimed, leaseUntil }: ClaimedMessage): void {
    const recipients = this.#leases.hold(claimed, leaseUntil);
    let summary: MessageSummary | null = null;
    const outgoing = new Map<string, SpoolRecipient[]>();
    for (const recipient of recipients) {
      if (recipient.kind === 'relay') {
        const key = this.#relay.keyOf(recipient.destination);
        outgoing.set(key, [...(outgoing.get(key) ?? []), recipient]);
        continue;
      }
      const attempt = async (): Promise<Outcome[]> => {
        if (recipient.details.loops === true) return [looping];
        if (recipient.kind === 'bounce') return [expanded];
        summary ??= decodeSummary(message.summary);
        return [await deliverLocal(this.#context, message, recipient, summary)];
      };
      this.#local.add(this.#job(`${recipient.accountId}`, message, [recipient], attempt));
    }
    for (const [key, group] of outgoing) {
      for (let at = 0; at < group.length; at += this.#relay.limits.recipients) {
        const part = group.slice(at, at + this.#relay.limits.recipients);
        const attempt = (): Promise<Outcome[]> => this.#relay.attempt(message, part);
        this.#outgoing.add(this.#job(key, message, part, attempt));
      }
    }
  }

  #job(
    key: string,
    message: SpoolMessage,
    recipients: readonly SpoolRecipient[],
    attempt: () => Promise<Outcome[]>,
  ): Job {
    const run = async (): Promise<void> => {
      const mine = recipients.filter(recipient => this.#leases.holds(recipient.id));
      try {
        if (mine.length < recipients.length) return;
        if (await this.#calledBack(message)) return await this.#settlement.withdraw(message, recipients);
        const outcomes = await attempt();
        const missing = setback('queue', '4.3.0', 'the attempt came to nothing');
        const attempted = recipients.map((recipient, at) => ({
          recipient,
          outcome: outcomes[at] ?? missing,
        }));
        await this.#settlement.settle(message, attempted);
      } catch (error) {
        // The rows stay leased and fall due again when the lease ends.
        this.#context.log.error('flow.attempt_failed', { queueId: message.queueId, error });
      } finally {
        this.#leases.drop(recipients);
      }
    };
    return { key, destinations: recipients.map(recipient => recipient.destination), run };
  }

  /** Whether a mail that was held is not to leave after all: its account says so at the last moment. */
  async #calledBack(message: SpoolMessage): Promise<boolean> {
    const { submittedFrom } = factsOf(message);
    if (submittedFrom === undefined || senderOptionsOf(message).holdUntil === undefined) return false;
    const { mailboxes } = this.#context;
    return (await mailboxes.withdrawn?.(message.tenantId, submittedFrom, message.queueId)) ?? false;
  }
}

/** Outcome of a recipient whom the mail has reached before. */
const looping: Outcome = setback('queue', '5.4.6', 'it was delivered to this address before: a loop');

/** Outcome of a group's own row: its members were queued when it was accepted. */
const expanded: Outcome = {
  kind: 'delivered',
  dsn: 'here',
  diagnostic: {
    stage: 'local',
    status: '2.0.0',
    text: 'passed on to the members of the group',
    reply: null,
    remote: null,
    tls: null,
  },
};
