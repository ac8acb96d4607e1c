import { splitPop3Command } from '@hongyan/formats/pop3/command.ts';
import { createPhrases, type Language, type Phrases } from '@hongyan/phrases/phrases.ts';
import { ownScope, type Principal } from '../../access/scope.ts';
import type { Authenticator, SignInAttempt } from '../../access/types.ts';
import { Maildrop, type MaildropContext } from '../../mailbox/maildrop/maildrop.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Connection, ReadFailure } from '../../platform/net/connection.ts';
import { withoutLineEnd } from '../../platform/net/input-buffer.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { capabilityLines } from './capabilities.ts';
import type { Pop3Command, Pop3State } from './command.ts';
import { replyOfError } from './error-reply.ts';
import type { Pop3Limits } from './limits.ts';
import { isRefusal, type ReplyName, replyLine } from './replies.ts';

/** What sessions work with; the same for all of a server. */
export interface SessionServices {
  readonly hostName: string;
  readonly maildrops: MaildropContext;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pop3Limits;
  readonly commands: ReadonlyMap<string, Pop3Command>;
  /** Certificates for STLS; null where it cannot be had. */
  readonly tls: TlsProvider | null;
  /** Whether passwords may come over this connection in plain: loopback in a trial, else encrypted only (RFC 2595 §2). */
  readonly passwordsInPlain: (address: string) => boolean;
  /** What `LANG *` chooses. */
  readonly language: Language;
}

/** Commands after which a session lets others run, however many more it has at hand. */
const burstCommands = 16;
/** What is spoken until a client chooses: answers have to be ASCII (RFC 6856 §3.2). */
const firstLanguage: Language = 'en';

/** One connection of a POP3 client (RFC 1939 §3): reads commands, runs them one after another, writes what they say. */
export class Pop3Session {
  readonly connection: Connection;
  readonly services: SessionServices;
  readonly log: Log;
  /** What USER said; null before it and after each attempt. */
  userName: string | null = null;
  /** UTF8 was said (RFC 6856 §2.1). */
  utf8 = false;
  /** Numbers of the messages that QUIT is to remove. */
  readonly deleted: Set<number> = new Set<number>();
  #phrases: Phrases = createPhrases(firstLanguage);
  #maildrop: Maildrop | null = null;
  #badCommands = 0;
  #failedSignIns = 0;
  #ended = false;

  constructor(connection: Connection, services: SessionServices) {
    this.connection = connection;
    this.services = services;
    this.log = services.log.child({ peer: connection.peer.address });
  }

  get state(): Pop3State {
    return this.#maildrop === null ? 'authorization' : 'transaction';
  }

  /** The messages; only after signing in. */
  get maildrop(): Maildrop {
    if (this.#maildrop === null) throw new Error('nobody has signed in');
    return this.#maildrop;
  }

  get language(): Language {
    return this.#phrases.language;
  }

  speak(language: Language): void {
    this.#phrases = createPhrases(language);
  }

  /** Passwords may be sent here. */
  get passwordsAllowed(): boolean {
    return this.connection.tls !== null || this.services.passwordsInPlain(this.connection.peer.address);
  }

  get signInAttempt(): SignInAttempt {
    return {
      service: 'pop3',
      address: this.connection.peer.address,
      encrypted: this.passwordsAllowed,
      connection: this.connection,
    };
  }

  get capabilities(): string[] {
    const { tls } = this.connection;
    return capabilityLines({
      stls: this.state === 'authorization' && tls === null && this.services.tls !== null,
      passwords: this.passwordsAllowed,
      tokens: this.services.authenticator.bearer !== undefined,
      channelBinding:
        tls?.channelBinding('tls-exporter') != null || tls?.channelBinding('tls-server-end-point') != null,
    });
  }

  /** Gives one answer line. */
  say(name: ReplyName, values?: Readonly<Record<string, string | number>>, before?: string): void {
    this.connection.write(replyLine(this.#phrases, name, values, before));
  }

  /** An answer line that is written by somebody else. */
  line(name: ReplyName): string {
    return replyLine(this.#phrases, name);
  }

  /** Answers a command that no sound client sends; too many in a row end the conversation. */
  misbehave(name: ReplyName): void {
    this.#badCommands += 1;
    if (this.#badCommands < this.services.limits.badCommands) this.say(name);
    else {
      this.say('too_many_errors');
      this.end();
    }
  }

  /** Opens the maildrop of who has signed in and answers (RFC 1939 §4). Throws `conflict.state` when another session has it. */
  async admit(person: Extract<Principal, { kind: 'account' }>): Promise<void> {
    const maildrop = await Maildrop.open(this.services.maildrops, ownScope(person));
    this.#maildrop = maildrop;
    // Whoever has the maildrop now must not be disturbed by what this session was told.
    maildrop.lost.addEventListener('abort', () => this.connection.destroy());
    this.connection.setIdleTimeout(this.services.limits.sessionIdleMs);
    this.say('signed_in', { count: maildrop.count, bytes: maildrop.bytes });
  }

  /** Counts a failed sign-in and waits a little longer each time. */
  async signInFailed(): Promise<void> {
    this.#failedSignIns += 1;
    const { limits, clock } = this.services;
    // Earlier answers do not wait with it.
    void this.connection.flush();
    const { promise, resolve } = Promise.withResolvers<void>();
    using timer = clock.after(limits.signInDelayMs * this.#failedSignIns, resolve);
    await Promise.race([promise, this.connection.whenClosed]);
    timer.cancel();
    if (this.#failedSignIns >= limits.failedSignIns) this.end();
  }

  /** Forgets what was said in plain (RFC 2595 §4). */
  forget(): void {
    this.userName = null;
    this.utf8 = false;
    this.speak(firstLanguage);
  }

  /** Gives the maildrop back, so that the client can come again as soon as it has its answer. */
  async close(): Promise<void> {
    const maildrop = this.#maildrop;
    this.#maildrop = null;
    await maildrop?.[Symbol.asyncDispose]();
  }

  /** No further command is read. */
  end(): void {
    this.#ended = true;
  }

  /** Reading has come to an end. Nothing is removed; an idle client hears nothing (RFC 1939 §3). */
  leave(reason: ReadFailure): void {
    if (reason === 'drain') this.say('stopping');
    this.end();
  }

  /** Sends what is there, lets the peer keep up and other sessions run. */
  async breathe(): Promise<void> {
    await this.connection.flush();
    await new Promise(resolve => setImmediate(resolve));
  }

  /** Sends the lines of an answer and the end mark; no line may begin with a dot. Memory does not grow with their number. */
  async sendLines(lines: Iterable<string>): Promise<void> {
    let text = '';
    for (const line of lines) {
      text += `${line}\r\n`;
      if (text.length < this.services.limits.outputBytes) continue;
      this.connection.write(text);
      text = '';
      await this.breathe();
      if (this.connection.closed) return;
    }
    this.connection.write(`${text}.\r\n`);
  }

  /** Serves the connection until it ends. Messages are removed by QUIT and by nothing else. */
  async run(): Promise<void> {
    const { connection, services } = this;
    connection.setIdleTimeout(services.limits.strangerIdleMs);
    this.say('greeting', { host: services.hostName });
    try {
      for (let burst = 1; !this.#ended && !connection.closed; burst += 1) {
        const line =
          connection.tryReadLine(services.limits.commandBytes) ??
          (await connection.readLine(services.limits.commandBytes));
        if (line === 'too-long') this.misbehave('line_too_long');
        else if (typeof line === 'string') this.leave(line);
        else await this.#command(withoutLineEnd(line));
        if (burst % burstCommands === 0) await this.breathe();
      }
    } finally {
      await this.close();
    }
  }

  async #command(line: Buffer): Promise<void> {
    const { keyword, argument } = splitPop3Command(line);
    const command = this.services.commands.get(keyword);
    if (command === undefined) return this.misbehave('unknown_command');
    if (!command.states.includes(this.state)) return this.misbehave('wrong_state');
    const args = command.parse(argument);
    if (args === null) return this.misbehave('syntax');
    this.#badCommands = 0;
    try {
      await command.run(this, args as never);
    } catch (error) {
      const name = replyOfError(error);
      if (name === null) this.log.error('pop3.command_failed', { command: keyword, error });
      else if (isRefusal(name)) this.log.debug('pop3.refused', { command: keyword, error });
      this.say(name ?? 'unavailable');
    }
  }
}
