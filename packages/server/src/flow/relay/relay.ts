import { Buffer } from 'node:buffer';
import type { BlobStore } from '../../store/blob-store.ts';
import type { SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import { deferring, type Outcome, type Setback, setback } from '../outcome.ts';
import type { RelayDoor } from '../ports.ts';
import { factsOf, recipientOptionsOf, senderOptionsOf } from '../queue/queued.ts';
import type { RelayMessage } from './envelope.ts';
import type { RelayContext } from './options.ts';
import { SessionPool } from './pool.ts';
import { destinationOf, findRoute, type Route } from './route.ts';
import { openSession, type Session } from './session.ts';
import { routePlan } from './tls-plan.ts';
import { type TransactionResult, transact } from './transaction.ts';

/** The outgoing side. Disposing it closes its connections; attempts must have ended before. */
export interface Relay extends RelayDoor, AsyncDisposable {}

export function createRelay(context: RelayContext, blobs: BlobStore): Relay {
  return new OutgoingRelay(context, blobs);
}

/** Replies to a connection that say that there is no mail service for us at all (RFC 7504, RFC 5321 §3.1). */
const finalGreetings: ReadonlySet<number> = new Set([521, 554]);

class OutgoingRelay implements Relay {
  readonly limits: RelayDoor['limits'];
  readonly #context: RelayContext;
  readonly #blobs: BlobStore;
  readonly #pool: SessionPool;

  constructor(context: RelayContext, blobs: BlobStore) {
    this.#context = context;
    this.#blobs = blobs;
    this.#pool = new SessionPool(context);
    this.limits = {
      perDestination: context.limits.connectionsPerDestination,
      perMinute: context.limits.messagesPerMinute,
      recipients: context.limits.maxRecipients,
    };
  }

  keyOf(domain: string): string {
    return destinationOf(this.#context, domain);
  }

  async attempt(message: SpoolMessage, recipients: readonly SpoolRecipient[]): Promise<Outcome[]> {
    const outcomes = new Map<SpoolRecipient, Outcome>();
    // What came through a group carries its address, so that a loop is seen: different bytes, another transaction.
    for (const [via, group] of Map.groupBy(recipients, recipient => recipient.details.via ?? null)) {
      const delivery = new Handover(
        this.#context,
        this.#pool,
        this.#message(message, via, group[0]?.details.listId ?? null),
        group,
      );
      try {
        for (const [recipient, outcome] of await delivery.run()) outcomes.set(recipient, outcome);
      } catch (error) {
        this.#context.log.error('relay.attempt_failed', { queueId: message.queueId, error });
        const ours = setback('data', '4.3.0', 'the message could not be read from our own store');
        for (const recipient of group) outcomes.set(recipient, outcomes.get(recipient) ?? ours);
      }
    }
    const missing = setback('queue', '4.3.0', 'the attempt came to nothing');
    return recipients.map(recipient => outcomes.get(recipient) ?? missing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  #message(message: SpoolMessage, via: string | null, listId: string | null): RelayMessage {
    const { blob, tenantId } = message;
    const { eightBit, utf8Header } = factsOf(message);
    const list = listId === null ? '' : `${listId}\r\n`;
    const group = via === null ? '' : `Delivered-To: ${via}\r\n${list}`;
    const prefix = Buffer.concat([Buffer.from(group), message.prefix]);
    const blobs = this.#blobs;
    return {
      sender: message.reversePath,
      options: senderOptionsOf(message),
      size: prefix.length + blob.size,
      eightBit,
      utf8Header,
      async *content() {
        if (prefix.length > 0) yield prefix;
        yield* blobs.stream(tenantId, blob.hash);
      },
    };
  }
}

/** One message on its way to the recipients behind one destination: host after host until all have an outcome. */
class Handover {
  readonly #context: RelayContext;
  readonly #pool: SessionPool;
  readonly #message: RelayMessage;
  readonly #key: string;
  readonly #domain: string;
  readonly #outcomes = new Map<SpoolRecipient, Outcome>();
  #open: readonly SpoolRecipient[];
  /** The best reason so far why the open ones have no outcome: one that may pass beats a final one. */
  #reason: Setback | null = null;

  constructor(
    context: RelayContext,
    pool: SessionPool,
    message: RelayMessage,
    recipients: readonly SpoolRecipient[],
  ) {
    this.#context = context;
    this.#pool = pool;
    this.#message = message;
    this.#open = recipients;
    this.#domain = recipients[0]?.destination ?? '';
    this.#key = destinationOf(context, this.#domain);
  }

  async run(): Promise<ReadonlyMap<SpoolRecipient, Outcome>> {
    await this.#reuse();
    if (this.#open.length > 0) {
      const route = await findRoute(this.#context, this.#domain);
      if (route.kind === 'none') this.#blame(route.setback);
      else await this.#walk(route);
    }
    const reason = this.#reason ?? setback('route', '4.4.0', `no server of ${this.#domain} could be tried`);
    for (const recipient of this.#open) this.#outcomes.set(recipient, reason);
    return this.#outcomes;
  }

  /** Tries an idle connection first. That it had been closed meanwhile is no failure. */
  async #reuse(): Promise<void> {
    for (;;) {
      const session = await this.#pool.take(this.#key);
      if (!session) return;
      const result = await this.#hand(session);
      if (result.kind === 'lost' && result.fresh) continue;
      if (result.kind !== 'done') this.#blame(result.setback);
      return;
    }
  }

  async #walk(route: Extract<Route, { kind: 'targets' }>): Promise<void> {
    const { fixed } = route;
    for (const target of route.targets) {
      if (this.#open.length === 0) return;
      const { host, port } = target;
      const question = { domain: this.#domain, host, port };
      const plan = fixed ? routePlan(fixed.tls) : await this.#context.planTls(question);
      const opened = await openSession(this.#context, target, plan, fixed?.auth);
      if (opened.kind === 'setback') {
        this.#blame(softened(opened.setback, fixed !== null));
        continue;
      }
      const result = await this.#hand(opened.session);
      if (result.kind === 'done') return;
      this.#blame(result.setback);
    }
  }

  /** Hands over on a session, in as many transactions as the server wants, and keeps the session if it is still good. */
  async #hand(session: Session): Promise<TransactionResult> {
    for (;;) {
      const batch = this.#open;
      const recipients = batch.map(({ address, details }) => ({
        address,
        options: recipientOptionsOf(details),
      }));
      const result = await transact(this.#context, session, this.#message, recipients);
      let progress = false;
      if (result.kind === 'done') {
        for (const [index, recipient] of batch.entries()) {
          const outcome = result.outcomes[index];
          if (!outcome) continue;
          this.#outcomes.set(recipient, outcome);
          progress = true;
        }
        this.#open = batch.filter(recipient => !this.#outcomes.has(recipient));
        if (this.#open.length > 0 && progress && session.wire.alive) continue;
      }
      this.#pool.put(this.#key, session);
      return result;
    }
  }

  #blame(reason: Setback): void {
    if (this.#reason === null || this.#reason.kind === 'failed' || reason.kind === 'deferred')
      this.#reason = reason;
  }
}

/**
 * Refusals of a whole connection. A next hop that the administrator chose is theirs to repair; of others only the
 * replies that mean "no mail here" are final.
 */
function softened(given: Setback, fixed: boolean): Setback {
  if (given.kind === 'deferred') return given;
  const { stage, reply } = given.diagnostic;
  if (fixed) return deferring(given);
  return stage === 'greeting' && !finalGreetings.has(reply?.code ?? 0) ? deferring(given) : given;
}
