import { splitCommand } from '@hongyan/formats/smtp/command.ts';
import { formatReply } from '@hongyan/formats/smtp/reply.ts';
import type { Principal } from '../../access/scope.ts';
import type { Origin } from '../../flow/types.ts';
import type { Connection, ReadFailure } from '../../platform/net/connection.ts';
import { endsInCrlf, withoutLineEnd } from '../../platform/net/input-buffer.ts';
import type { SmtpCommand } from './command.ts';
import { errorReply } from './error-reply.ts';
import type { SmtpContext } from './options.ts';
import { type ReplyName, replies, type SmtpReply } from './replies.ts';
import type { Transaction } from './transaction.ts';

/** What a command line is made of besides printable ASCII. */
const hasControl = 1;
const hasEightBit = 2;

/** One SMTP conversation: reads commands, checks what holds for all of them, runs them, counts misbehaviour. */
export class SmtpSession {
  readonly context: SmtpContext;
  readonly connection: Connection;
  readonly #commands: ReadonlyMap<string, SmtpCommand>;
  /** What the client called itself; null before HELO and EHLO and again after STARTTLS. */
  helo: string | null = null;
  /** Whether it said EHLO. */
  extended = false;
  principal: Extract<Principal, { kind: 'account' }> | null = null;
  transaction: Transaction | null = null;
  /** Messages begun on this connection. */
  mails = 0;
  authFailures = 0;
  #badCommands = 0;
  #failures = 0;
  #over = false;

  constructor(context: SmtpContext, connection: Connection, commands: ReadonlyMap<string, SmtpCommand>) {
    this.context = context;
    this.connection = connection;
    this.#commands = commands;
  }

  /** Holds the whole conversation. Never throws for what a peer or another room does. */
  async run(): Promise<void> {
    const { connection, context } = this;
    context.log.debug('smtp.connected', { peer: connection.peer.address });
    connection.setIdleTimeout(context.limits.idleMs);
    connection.write(formatReply(220, null, [`${context.hostName} ESMTP Hongyan`]));
    try {
      while (!this.#over) {
        const line =
          connection.tryReadLine(context.limits.commandBytes) ??
          (await connection.readLine(context.limits.commandBytes));
        if (line === 'too-long') this.misbehave('lineTooLong');
        else if (typeof line === 'string') this.leave(line);
        else {
          const running = this.#command(line);
          if (running !== undefined) await running;
        }
      }
    } finally {
      await this.endTransaction();
      context.log.debug('smtp.ended', {
        peer: connection.peer.address,
        mails: this.mails,
        failures: this.#failures,
      });
    }
  }

  /** The verbs of this server. */
  get verbs(): readonly string[] {
    return [...this.#commands.keys()];
  }

  /** Whether what the peer says here is private: TLS, or loopback where that is allowed. */
  get secured(): boolean {
    if (this.connection.tls !== null) return true;
    return this.context.allowPlainLoopback && isLoopback(this.connection.peer.address);
  }

  /** Whether this server offers AUTH on this connection now. */
  /** Whether bearer tokens can be used to sign in. */
  get takesTokens(): boolean {
    return this.context.authenticator?.bearer !== undefined;
  }

  get offersAuth(): boolean {
    return this.context.profile !== 'mx' && this.context.authenticator !== null && this.secured;
  }

  /** Where the message of a transaction comes from; `utf8`: MAIL had SMTPUTF8. */
  origin(utf8: boolean): Origin {
    const { connection, principal } = this;
    const { tls, peer } = connection;
    const base = utf8 ? 'UTF8SMTP' : this.extended ? 'ESMTP' : 'SMTP';
    return {
      kind: this.context.profile === 'mx' ? 'mx' : 'submission',
      principal,
      peer: { address: peer.address, port: peer.port, helo: this.helo },
      tls: tls === null ? null : { version: tls.version, cipher: tls.cipher },
      protocol: this.extended ? `${base}${tls === null ? '' : 'S'}${principal === null ? '' : 'A'}` : base,
    };
  }

  /** Gives one reply. Refusals are counted; too many end the conversation, and so does any 421. */
  reply(answer: SmtpReply): void {
    this.connection.write(answer.text);
    if (answer.code >= 400) this.#failures += 1;
    if (answer.code === 421) this.#over = true;
    else if (this.#failures > this.context.limits.failures) this.reply(replies.tooManyErrors);
  }

  say(name: ReplyName): void {
    this.reply(replies[name]);
  }

  /** A reply to a command that no sound client sends. */
  misbehave(name: ReplyName): void {
    this.#badCommands += 1;
    if (this.#badCommands > this.context.limits.badCommands) this.say('tooManyErrors');
    else this.say(name);
  }

  /** Replies to a failure of another room. */
  fail(error: unknown): void {
    const answer = errorReply(error);
    if (answer.code === 451)
      this.context.log.warn('smtp.failed', { error, peer: this.connection.peer.address });
    this.reply(answer);
  }

  /** Ends the conversation after what was replied. */
  finish(): void {
    this.#over = true;
  }

  /** Reading has come to an end: says what is still worth saying. */
  leave(reason: ReadFailure): void {
    this.#over = true;
    if (reason === 'timeout') this.say('timedOut');
    else if (reason === 'drain') this.say('shuttingDown');
  }

  /** A message was accepted: earlier refusals are forgiven. */
  accepted(): void {
    this.transaction = null;
    this.#failures = 0;
  }

  /** Drops the transaction, if there is one (RFC 5321 §4.1.1.5). */
  async endTransaction(): Promise<void> {
    const { transaction } = this;
    if (transaction === null) return;
    this.transaction = null;
    try {
      await transaction.delivery[Symbol.asyncDispose]();
    } catch (error) {
      this.context.log.warn('smtp.abort_failed', { error });
    }
  }

  /** Forgets everything the client said (RFC 3207 §4.2). */
  async forget(): Promise<void> {
    await this.endTransaction();
    this.helo = null;
    this.extended = false;
    this.principal = null;
  }

  #command(line: Buffer): Promise<void> | undefined {
    const content = withoutLineEnd(line);
    const kinds = kindsOf(content);
    if (!endsInCrlf(line)) this.misbehave('bareLineFeed');
    else if ((kinds & hasControl) !== 0) this.misbehave('controlCharacters');
    else {
      const { verb, argument } = splitCommand(content);
      const command = this.#commands.get(verb);
      const objection = command === undefined ? 'unknownCommand' : this.#objection(command, argument, kinds);
      if (command === undefined || objection !== null) this.misbehave(objection ?? 'unknownCommand');
      else return this.#runCommand(command, argument);
    }
    return undefined;
  }

  #runCommand(command: SmtpCommand, argument: Buffer): Promise<void> | undefined {
    try {
      const running = command.run(this, argument);
      return running?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Why a command cannot run now, or null. */
  #objection(command: SmtpCommand, argument: Buffer, kinds: number): ReplyName | null {
    if ((kinds & hasEightBit) !== 0 && command.eightBit !== true) return 'nonAscii';
    for (const need of command.needs) {
      if (need === 'hello' && this.helo === null) return 'helloFirst';
      if (need === 'esmtp' && !this.extended) return 'extendedHelloFirst';
      if (need === 'idle' && this.transaction !== null) return 'transactionOpen';
      if (need === 'transaction' && this.transaction === null) return 'mailFirst';
      if (need === 'transaction' && this.transaction?.chunks != null) return 'chunkingStarted';
    }
    if (command.argument === 'none' && argument.length > 0) return 'noArgument';
    if (command.argument === 'required' && argument.length === 0) return 'argumentNeeded';
    return null;
  }
}

/** Which bytes besides printable ASCII a command has; a tab counts as a space. */
function kindsOf(content: Buffer): number {
  let kinds = 0;
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] ?? 0;
    if (byte >= 0x80) kinds |= hasEightBit;
    else if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) kinds |= hasControl;
  }
  return kinds;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
