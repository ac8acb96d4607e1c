import { Buffer } from 'node:buffer';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Poster } from '../directory/groups/posting.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { BlobRef } from '../store/blob-store.ts';
import { newQueueId } from '../store/spool/queue-id.ts';
import type { ClaimedMessage, NewSpoolMessage, SpoolRecipientId } from '../store/spool/types.ts';
import type { FlowContext } from './context.ts';
import { refuseAtDoor } from './filter/refuse-at-door.ts';
import { BodyIntake } from './intake/body-intake.ts';
import { checkHeaderSize, type HeaderFacts, headerFacts } from './intake/header-facts.ts';
import { withoutLoops } from './intake/loops.ts';
import { posterOf } from './intake/poster.ts';
import { receivedField } from './intake/received.ts';
import { type Recipient, RecipientList } from './intake/recipients.ts';
import { checkAuthor, completeHeader } from './intake/submission.ts';
import { applyPolicy } from './policy.ts';
import { expansionRow, loopRow, type MessageFacts, recipientRow } from './queue/queued.ts';
import { encodeSummary } from './queue/summary-codec.ts';
import { type Candidate, type Screening, ScreenRefusal, type ScreenSession, screen } from './screen.ts';
import { arcFields } from './signing/arc-seal.ts';
import { isPassedOn, OutgoingSignature } from './signing/outgoing-signature.ts';
import { recordRefusal, recordTrace } from './trace.ts';
import type { Accepted, Delivery, MailAcceptor, Origin, RecipientOptions, SenderOptions } from './types.ts';

/** The acceptor with what only the flow itself may do. */
export interface FlowAcceptor extends MailAcceptor {
  /**
   * Begins a message of the server itself in a tenant's name (a DSN): may go outside, from any address. `settles`:
   * queue rows that its acceptance removes, in the same transaction.
   */
  beginFor(tenantId: TenantId, origin: Origin, settles?: readonly SpoolRecipientId[]): Delivery;
}

/** Makes the door through which all mail comes in. */
export function createAcceptor(context: FlowContext): FlowAcceptor {
  const tenantOf = (origin: Origin): TenantId | null =>
    origin.principal?.kind === 'account' ? origin.principal.tenantId : null;
  return {
    maxMessageBytes: context.limits.maxMessageBytes,
    maxRecipients: context.limits.maxRecipients,
    begin: origin => new Intake(context, origin, tenantOf(origin), []),
    beginFor: (tenantId, origin, settles = []) => new Intake(context, origin, tenantId, settles),
  };
}

/** One message between MAIL FROM and its acceptance. */
class Intake implements Delivery {
  readonly #context: FlowContext;
  readonly #origin: Origin;
  readonly #tenantId: TenantId | null;
  readonly #settles: readonly SpoolRecipientId[];
  readonly #recipients: RecipientList;
  #sender: { readonly path: string; readonly options: SenderOptions } | null = null;
  #body: BodyIntake | null = null;
  #signature: OutgoingSignature | null = null;
  #screening: ScreenSession | null = null;
  #writer: Poster | null = null;
  #ended = false;

  constructor(
    context: FlowContext,
    origin: Origin,
    tenantId: TenantId | null,
    settles: readonly SpoolRecipientId[],
  ) {
    this.#context = context;
    this.#origin = origin;
    this.#tenantId = tenantId;
    this.#settles = settles;
    this.#recipients = new RecipientList({
      directory: context.directory,
      limits: context.limits,
      tenantId,
      poster: () => this.#poster(),
      admit: (tenant, account) => this.#admit(tenant, account, this.#sender?.options.declaredSize ?? 0),
    });
  }

  async sender(reversePath: string, options: SenderOptions): Promise<void> {
    this.#assertOpen(this.#sender === null && this.#body === null);
    const { limits, senders } = this.#context;
    const { kind, principal } = this.#origin;
    if ((options.declaredSize ?? 0) > limits.maxMessageBytes) {
      throw new MailError('message.too_large', { max: limits.maxMessageBytes });
    }
    if (kind === 'submission' || kind === 'jmap') {
      if (principal === null) throw new MailError('auth.required');
      // The null reverse-path is open to everybody: receipts are sent with it (RFC 8098 §3). From is checked later.
      if (reversePath !== '' && !(await senders.maySendAs(principal, reversePath))) {
        throw new MailError('access.sender_not_owned', { address: reversePath });
      }
    }
    this.#sender = { path: reversePath, options };
  }

  async recipient(forwardPath: string, options: RecipientOptions): Promise<void> {
    this.#assertOpen(this.#sender !== null && this.#body === null);
    await this.#recipients.add(forwardPath, options);
    // Not before somebody takes it: whoever only guesses addresses makes us ask nobody.
    this.#screening ??= this.#context.screening?.begin(this.#origin, this.#sender?.path ?? '') ?? null;
  }

  async write(chunk: Uint8Array): Promise<void> {
    const intake = this.#intake();
    this.#signature?.update(chunk);
    const screened = this.#screening?.push(chunk);
    await intake.write(chunk);
    if (screened) await screened;
  }

  async commit(): Promise<Accepted> {
    const body = this.#intake();
    try {
      const queueId = newQueueId(this.#context.clock.now());
      const { messages, messageId, subject, note } = await this.#prepare(queueId, body);
      const { spool, signal } = this.#context;
      const claimed = await spool.accept(messages, { claim: signal.ready(), settles: this.#settles });
      this.#ended = true;
      this.#accepted(messages, claimed, { messageId, subject }, note);
      return { queueId };
    } finally {
      await this.abort();
    }
  }

  async abort(): Promise<void> {
    this.#ended = true;
    this.#screening?.[Symbol.dispose]();
    await this.#body?.[Symbol.asyncDispose]();
    this.#body = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  #assertOpen(expected: boolean): void {
    if (this.#ended || !expected) throw new MailError('conflict.state', { step: 'delivery' });
  }

  /** The body's way in, opened when the recipients are complete. */
  #intake(): BodyIntake {
    this.#assertOpen(this.#sender !== null);
    if (this.#body) return this.#body;
    const tenants = new Set(this.#recipients.all.map(recipient => recipient.tenantId));
    if (tenants.size === 0) throw new MailError('conflict.state', { step: 'no recipients' });
    const { blobs, limits } = this.#context;
    const { signingKeys } = this.#context;
    const ours = this.#tenantId !== null && this.#origin.kind !== 'mx';
    const leaves = this.#recipients.all.some(leavesHouse);
    if (leaves && signingKeys) this.#screening?.forwards();
    if (ours && signingKeys && leaves)
      this.#signature = new OutgoingSignature({ ...this.#context, signingKeys }, this.#tenantId);
    this.#body = new BodyIntake(blobs, tenants, limits.maxMessageBytes, this.#sender?.options.declaredSize);
    return this.#body;
  }

  /** Who writes, as far as it is proven: groups ask. */
  async #poster(): Promise<Poster> {
    return (this.#writer ??= await posterOf(this.#context.directory, {
      origin: this.#origin,
      tenantId: this.#tenantId,
      reversePath: this.#sender?.path ?? '',
    }));
  }

  /** Throws `quota.exceeded` when `bytes` more do not fit, counting what is still on its way there. */
  async #admit(tenantId: TenantId, accountId: AccountId, bytes: number): Promise<void> {
    const { usedBytes, limitBytes } = await this.#context.mailboxes.quota(tenantId, accountId);
    if (limitBytes === null) return;
    const pending = await this.#context.spool.pending(accountId);
    if (usedBytes + pending.bytes + Math.max(bytes, 1) > limitBytes) {
      throw new MailError('quota.exceeded', { limit: limitBytes });
    }
  }

  /** All checks, then the body made durable, and what is to be queued: one message per tenant. */
  async #prepare(
    queueId: string,
    body: BodyIntake,
  ): Promise<{ messages: NewSpoolMessage[]; messageId: string | null; subject: string; note: string }> {
    const { path, options } = this.#sender ?? { path: '', options: {} };
    const structure = body.structure();
    checkHeaderSize(structure, this.#origin, this.#context.limits.maxHeaderBytes);
    const facts = headerFacts(structure);
    const { recipients, returned } = withoutLoops(this.#context, this.#origin, this.#recipients.all, facts);
    await this.#checkQuota(recipients, body.size);
    const candidate: Candidate = {
      queueId,
      origin: this.#origin,
      sender: path,
      options,
      recipients: this.#recipients.given,
      size: body.size,
      structure,
    };
    const completed = await this.#complete(queueId, path, facts);
    const screening = await this.#screen(candidate, recipients);
    const fields = screening.fields + (await applyPolicy(this.#context.policyRules, candidate));
    const added = `${this.#received(queueId)}${fields}${completed}`;
    const prefix = Buffer.from(`${added}${facts.present ? '' : '\r\n'}`);
    // Lists show the fields we added as if they were the sender's own.
    const header = Buffer.concat([Buffer.from(completed), structure.header]);
    const summary = summarise({ ...structure, header });
    const leaving = { queueId, added, structure };
    const passedOn = isPassedOn(this.#origin, facts);
    const [refs, signature, seals] = await Promise.all([
      body.seal(),
      passedOn ? '' : (this.#signature?.fields(leaving) ?? ''),
      passedOn || this.#origin.kind === 'mx' ? this.#seals(leaving, screening, recipients, facts) : null,
    ]);
    const signed = (tenantId: TenantId): Buffer =>
      Buffer.concat([Buffer.from(signature || (seals?.get(tenantId) ?? '')), prefix]);
    const utf8 = facts.utf8 && options.smtputf8 === true;
    const origin = this.#facts(structure, utf8, screening);
    const encoded = encodeSummary(summary);
    const prepared = {
      queueId,
      path,
      options,
      origin,
      prefix,
      signed,
      summary: encoded,
      screening,
      returned,
    };
    const messages = [...refs].map(([tenantId, ref]) => this.#row(tenantId, ref, recipients, prepared));
    if (options.holdUntil === undefined) await refuseAtDoor(this.#context, messages, summary);
    return { messages, messageId: summary.messageId, subject: summary.subject, note: screening.note };
  }

  /** All checks. What they refuse is remembered in the history of every company it was for. */
  async #screen(candidate: Candidate, recipients: readonly Recipient[]): Promise<Screening> {
    const session = this.#screening;
    const incoming = session === null ? [] : [(given: Candidate) => session.verdict(given)];
    try {
      return await screen([...incoming, ...this.#context.screenChecks], candidate);
    } catch (error) {
      if (error instanceof ScreenRefusal) recordRefusal(this.#context, candidate, recipients, error.note);
      throw error;
    }
  }

  /** What the copies that leave the house again are sealed with, by tenant (RFC 8617 §5.1). */
  async #seals(
    message: { readonly queueId: string; readonly added: string; readonly structure: Candidate['structure'] },
    { forward }: Screening,
    recipients: readonly Recipient[],
    facts: HeaderFacts,
  ): Promise<ReadonlyMap<TenantId, string>> {
    const seals = new Map<TenantId, string>();
    if (forward === null) return seals;
    for (const { tenantId, via } of recipients.filter(leavesHouse)) {
      if (seals.has(tenantId)) continue;
      const names = [via ?? '', this.#sender?.path ?? '', ...facts.deliveredTo].filter(Boolean).slice(0, 5);
      seals.set(tenantId, await arcFields(this.#context, tenantId, { ...message, facts: forward, names }));
    }
    return seals;
  }

  #facts(structure: Candidate['structure'], utf8Header: boolean, screening: Screening): MessageFacts {
    const { kind, principal, protocol, peer } = this.#origin;
    const own = principal !== null;
    const { senderProven, scores } = screening;
    const { submittedFrom } = this.#origin;
    const from = submittedFrom === undefined ? {} : { submittedFrom };
    return {
      ...from,
      kind,
      own,
      protocol,
      peer,
      eightBit: structure.has8bit,
      utf8Header,
      senderProven,
      scores,
    };
  }

  #row(
    tenantId: TenantId,
    blob: BlobRef,
    recipients: readonly Recipient[],
    prepared: Prepared,
  ): NewSpoolMessage {
    const { limits, clock } = this.#context;
    const { queueId, path, options, origin, summary, screening } = prepared;
    const patience = path === '' ? limits.expireNotificationAfterMs : limits.expireAfterMs;
    const members = recipients.filter(recipient => recipient.tenantId === tenantId);
    const groups = this.#recipients.expansions.filter(expansion => expansion.tenantId === tenantId);
    const start = Math.max(clock.now(), options.holdUntil ?? 0);
    const rows = [
      ...members.map(recipient => recipientRow(recipient, screening)),
      ...groups.map(expansionRow),
      ...prepared.returned.filter(recipient => recipient.tenantId === tenantId).map(loopRow),
    ];
    return {
      queueId,
      tenantId,
      blob,
      reversePath: path,
      options,
      origin,
      prefix: members.some(leavesHouse) ? prepared.signed(tenantId) : prepared.prefix,
      summary,
      expiresAt: start + patience,
      recipients: start > clock.now() ? rows.map(row => ({ ...row, due: start })) : rows,
    };
  }

  /** Fields that a submission lacks (RFC 6409 §8), after its author was checked. Mail from outside is left as it is. */
  async #complete(queueId: string, sender: string, facts: HeaderFacts): Promise<string> {
    const { principal, kind } = this.#origin;
    if (principal === null || kind === 'mx') return '';
    if (kind !== 'local') await checkAuthor(this.#context.senders, principal, sender, facts);
    const { hostname, clock } = this.#context;
    return completeHeader(facts, { hostname, queueId, sender, at: clock.now() });
  }

  #received(queueId: string): string {
    const { hostname, clock } = this.#context;
    const { given } = this.#recipients;
    const recipient = given.length === 1 ? (given[0] ?? null) : null;
    return receivedField(this.#origin, { hostname, queueId, recipient, at: clock.now() });
  }

  /** With the real size known: refuses what fits into none of the mailboxes it is meant for. */
  async #checkQuota(recipients: readonly Recipient[], size: number): Promise<void> {
    if (size <= (this.#sender?.options.declaredSize ?? 0)) return;
    let refused: unknown = null;
    for (const recipient of recipients) {
      if (recipient.kind === 'relay' || recipient.via !== null) return;
      try {
        await this.#admit(recipient.tenantId, recipient.accountId, size);
        return;
      } catch (error) {
        refused ??= error;
      }
    }
    if (refused !== null) throw refused;
  }

  /** After acceptance: tells the history and wakes the dispatcher. Neither can take the acceptance back. */
  #accepted(
    messages: readonly NewSpoolMessage[],
    claimed: readonly ClaimedMessage[],
    known: { readonly messageId: string | null; readonly subject: string },
    found: string,
  ): void {
    const { peer, protocol } = this.#origin;
    void recordTrace(
      this.#context,
      messages.map(message => ({
        queueId: message.queueId,
        tenantId: message.tenantId,
        at: this.#context.clock.now(),
        kind: 'accepted',
        sender: message.reversePath,
        recipient: null,
        size: message.blob.size + message.prefix.length,
        diagnostic: null,
        note: `${protocol} from ${peer.address}${found && `: ${found}`}`,
        ...known,
      })),
    );
    const count = (list: readonly { readonly recipients: readonly unknown[] }[]): number =>
      list.reduce((sum, { recipients }) => sum + recipients.length, 0);
    this.#context.signal.queued(claimed, count(claimed) < count(messages));
  }
}

function leavesHouse(recipient: Recipient): boolean {
  return recipient.kind === 'relay';
}

/** What all tenants' copies of a message share. */
interface Prepared {
  readonly queueId: string;
  readonly path: string;
  readonly options: SenderOptions;
  readonly origin: MessageFacts;
  readonly prefix: Uint8Array;
  /** The prefix with signatures or a seal before it, for mail that leaves the house. */
  readonly signed: (tenantId: TenantId) => Uint8Array;
  readonly summary: Uint8Array;
  readonly screening: Screening;
  /** Recipients whom the message has reached before. */
  readonly returned: readonly Recipient[];
}
