import { DotEncoder } from '@hongyan/formats/smtp/dot-encoder.ts';
import { type Outcome, type RemoteReply, refusal, type Setback, type Stage, setback } from '../outcome.ts';
import {
  type Dialect,
  isOneLine,
  mailCommand,
  needsUtf8,
  type RelayMessage,
  type RelayRecipient,
  rcptCommand,
} from './envelope.ts';
import type { RelayContext } from './options.ts';
import { readReply } from './reply.ts';
import { broken, type Session } from './session.ts';
import { WireError } from './wire.ts';

/**
 * What a transaction came to.
 * `done`: an outcome for each recipient, in their order; null for those the server would rather have in another
 * transaction (RFC 5321 §4.5.3.1.10).
 * `unsuitable`: this server cannot take this message; another one of the domain may.
 * `lost`: the connection broke before the server can have taken the message; `fresh` when it broke at the first
 * command, as a connection does that was idle for too long.
 */
export type TransactionResult =
  | { readonly kind: 'done'; readonly outcomes: readonly (Outcome | null)[] }
  | { readonly kind: 'unsuitable'; readonly setback: Setback }
  | { readonly kind: 'lost'; readonly setback: Setback; readonly fresh: boolean };

/** Hands a message over to `recipients` in one transaction on an open session. */
export async function transact(
  context: RelayContext,
  session: Session,
  message: RelayMessage,
  recipients: readonly RelayRecipient[],
): Promise<TransactionResult> {
  const dialect = agree(session, message, recipients);
  if ('kind' in dialect) return { kind: 'unsuitable', setback: dialect };
  const transaction = new Transaction(context, session, message, recipients, dialect);
  session.uses += 1;
  try {
    return await transaction.run();
  } catch (error) {
    // What the server said before it hung up counts: a refusal of this message is no broken connection.
    const refused = error instanceof WireError ? await transaction.lastWord() : null;
    session.wire.destroy();
    if (!(error instanceof WireError)) throw error;
    if (refused !== null) return { kind: 'done', outcomes: transaction.settled(refused) };
    const result = broken(transaction.stage, session.target, error, session.tls);
    // After the last byte of the message nobody knows whether it was taken. Trying again may duplicate it, not
    // trying again may lose it: RFC 5321 §4.2.5 and §6.1 choose the first, but later, not at the next server now.
    if (transaction.stage === 'final') return { kind: 'done', outcomes: transaction.settled(result) };
    return { kind: 'lost', setback: result, fresh: transaction.replies === 0 };
  }
}

/** What can be said to this server about this message, or why it cannot take it. */
function agree(
  session: Session,
  message: RelayMessage,
  recipients: readonly RelayRecipient[],
): Dialect | Setback {
  const { extensions, target } = session;
  const offers = (keyword: string): boolean => extensions.has(keyword);
  const no = (status: string, why: string): Setback =>
    setback('mail', status, `${target.host} ${why}`, target);
  if (![message.sender, ...recipients.map(recipient => recipient.address)].every(isOneLine)) {
    return setback('mail', '5.1.3', 'an address with control characters cannot be sent', target);
  }
  const utf8 = needsUtf8(message, recipients);
  if (utf8 && !offers('SMTPUTF8')) return no('5.6.7', 'does not take internationalized mail (SMTPUTF8)');
  const binary = message.options.body === 'BINARYMIME';
  if (binary && !(offers('BINARYMIME') && offers('CHUNKING')))
    return no('5.6.3', 'does not take binary mail');
  if (message.eightBit && !offers('8BITMIME')) return no('5.6.3', 'does not take 8-bit mail (8BITMIME)');
  const largest = Number(extensions.get('SIZE') ?? '0');
  if (largest > 0 && message.size > largest) return no('5.3.4', `takes at most ${largest} bytes`);
  const requireTls = message.options.requireTls === true && message.sender !== '';
  if (requireTls && !(session.tls?.verified && session.plan.nameSecure)) {
    return no('5.7.10', 'could not be reached over verified TLS');
  }
  if (requireTls && !offers('REQUIRETLS')) return no('5.7.30', 'does not support REQUIRETLS');
  const eightBit = message.eightBit || message.options.body === '8BITMIME';
  return {
    utf8,
    eightBit: binary ? 'BINARYMIME' : eightBit && offers('8BITMIME') ? '8BITMIME' : '7BIT',
    size: offers('SIZE'),
    dsn: offers('DSN'),
    requireTls,
  };
}

class Transaction {
  readonly #context: RelayContext;
  readonly #session: Session;
  readonly #message: RelayMessage;
  readonly #recipients: readonly RelayRecipient[];
  readonly #dialect: Dialect;
  readonly #outcomes: (Outcome | null | 'accepted')[] = [];
  stage: Stage = 'mail';
  /** Replies read so far. */
  replies = 0;
  /** Whether the message is on its way and no reply was due yet. */
  #sending = false;

  constructor(
    context: RelayContext,
    session: Session,
    message: RelayMessage,
    recipients: readonly RelayRecipient[],
    dialect: Dialect,
  ) {
    this.#context = context;
    this.#session = session;
    this.#message = message;
    this.#recipients = recipients;
    this.#dialect = dialect;
  }

  async run(): Promise<TransactionResult> {
    const { wire, extensions } = this.#session;
    // BDAT sends bytes as they are stored; all but binary mail has to end its lines in CRLF (RFC 5321 §2.3.8), as DATA does.
    const chunking = this.#dialect.eightBit === 'BINARYMIME';
    const pipelining = extensions.has('PIPELINING');
    const mail = mailCommand(this.#message, this.#dialect);
    const rcpts = this.#recipients.map(recipient => rcptCommand(recipient, this.#dialect));
    const early = pipelining && !chunking ? 'DATA\r\n' : '';
    wire.write(pipelining ? mail + rcpts.join('') + early : mail);
    this.#session.dirty = true;
    const opened = await this.#reply('mail', this.#context.limits.mailMs);
    const refused = opened.code >= 200 && opened.code < 300 ? null : this.#refusal('mail', opened);
    if (refused && !pipelining) return { kind: 'done', outcomes: this.settled(refused) };
    for (const rcpt of rcpts) {
      if (!pipelining) wire.write(rcpt);
      this.#take(await this.#reply('rcpt', this.#context.limits.rcptMs));
    }
    if (refused) this.#outcomes.fill(refused);
    const accepted = this.#outcomes.includes('accepted');
    if (early !== '') await this.#data(accepted);
    else if (accepted && chunking) await this.#chunk();
    else if (accepted) {
      wire.write('DATA\r\n');
      await this.#data(true);
    }
    return { kind: 'done', outcomes: this.settled(null) };
  }

  /** The refusal that had come when the connection broke while the message was sent; null without one. */
  async lastWord(): Promise<Setback | null> {
    if (!this.#sending) return null;
    try {
      const reply = await readReply(this.#session.wire, this.#context.limits.finalMs);
      return reply.code >= 400 ? this.#refusal(this.stage, reply) : null;
    } catch (error) {
      if (error instanceof WireError) return null;
      throw error;
    }
  }

  /** Outcomes in order, with `rest` for those without one of their own yet. */
  settled(rest: Outcome | null): (Outcome | null)[] {
    return this.#recipients.map((_, index) => {
      const outcome = this.#outcomes[index];
      return outcome === undefined || outcome === 'accepted' ? rest : outcome;
    });
  }

  async #reply(stage: Stage, timeoutMs: number): Promise<RemoteReply> {
    this.stage = stage;
    const reply = await readReply(this.#session.wire, timeoutMs);
    this.replies += 1;
    // RFC 5321 §3.8: 421 announces the end of the connection, at any time.
    if (reply.code === 421 && this.replies === 1 && this.#session.uses > 1) {
      throw new WireError('closed', 'the server is closing the connection');
    }
    return reply;
  }

  #refusal(stage: Stage, reply: RemoteReply): Setback {
    return refusal(stage, reply, this.#session.target, this.#session.tls);
  }

  /** Notes the reply to the next RCPT. */
  #take(reply: RemoteReply): void {
    if (reply.code >= 200 && reply.code < 300) this.#outcomes.push('accepted');
    else if (this.#outcomes.includes('accepted') && meansTooMany(reply)) this.#outcomes.push(null);
    else this.#outcomes.push(this.#refusal('rcpt', reply));
  }

  /** Reads the answer to DATA and sends the message; with `wanted` false an empty one, which the server must refuse. */
  async #data(wanted: boolean): Promise<void> {
    const { limits } = this.#context;
    const reply = await this.#reply('data', limits.dataMs);
    if (reply.code !== 354) {
      if (wanted) this.#finish(this.#refusal('data', reply));
      return;
    }
    const { wire } = this.#session;
    if (!wanted) {
      // RFC 2920 §3.1: every recipient was refused, but DATA is open. A server that takes this message delivers
      // nothing to nobody.
      wire.write('.\r\n');
      await this.#reply('data', limits.finalMs);
      return;
    }
    const encoder = new DotEncoder();
    this.#sending = true;
    for await (const chunk of this.#message.content()) {
      for (const piece of encoder.encode(asBuffer(chunk))) await this.#send(piece);
    }
    this.stage = 'final';
    await this.#send(encoder.finish());
    await this.#verdict();
  }

  /** Sends binary mail as one chunk, byte for byte (RFC 3030 §2, §3). */
  async #chunk(): Promise<void> {
    const { wire } = this.#session;
    this.stage = 'data';
    wire.write(`BDAT ${this.#message.size} LAST\r\n`);
    let sent = 0;
    this.#sending = true;
    for await (const chunk of this.#message.content()) {
      sent += chunk.length;
      if (sent >= this.#message.size) this.stage = 'final';
      await this.#send(chunk);
    }
    if (sent !== this.#message.size) throw new Error(`message of ${this.#message.size} bytes gave ${sent}`);
    await this.#verdict();
  }

  /**
   * Sends a piece of the message. A server that answers before its end wants no more of it: the connection is given up,
   * and `lastWord` reads what it said (RFC 5321 §4.2.1).
   */
  async #send(piece: Uint8Array): Promise<void> {
    const { wire } = this.#session;
    if (wire.unread > 0) throw new WireError('protocol', 'the server answered before the end of the message');
    await wire.send(piece, this.#context.limits.blockMs);
  }

  async #verdict(): Promise<void> {
    this.#sending = false;
    const reply = await this.#reply('final', this.#context.limits.finalMs);
    if (reply.code < 200 || reply.code >= 300) {
      this.#finish(this.#refusal('final', reply));
      return;
    }
    this.#session.dirty = false;
    const { target, tls } = this.#session;
    const status = reply.enhanced?.startsWith('2') ? reply.enhanced : '2.0.0';
    const text = `${target.host} took the message: ${reply.lines[0] ?? ''}`.trimEnd();
    this.#finish({
      kind: 'delivered',
      dsn: this.#dialect.dsn ? 'next' : 'lost',
      diagnostic: { stage: 'final', status, text, reply, remote: target, tls },
    });
  }

  /** Gives every accepted recipient the same outcome. */
  #finish(outcome: Outcome): void {
    for (const [index, known] of this.#outcomes.entries())
      if (known === 'accepted') this.#outcomes[index] = outcome;
  }
}

/** Whether a refused RCPT says that the transaction has enough recipients (RFC 5321 §4.5.3.1.10), not that this one is bad. */
function meansTooMany(reply: RemoteReply): boolean {
  if (reply.code !== 452 && reply.code !== 552) return false;
  return reply.enhanced === null || reply.enhanced.endsWith('.5.3');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
