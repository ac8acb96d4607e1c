import type { ImapLimits } from '@hongyan/formats/imap/limits.ts';
import type { LiteralHeader } from '@hongyan/formats/imap/literal-header.ts';
import { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { BadCharsetError } from '@hongyan/formats/imap/syntax-error.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../../access/scope.ts';
import type { SignInAttempt } from '../../access/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { Log } from '../../platform/log.ts';
import type { Connection } from '../../platform/net/connection.ts';
import type { Command, CommandResult, Invocation, SequenceEffect, SessionState } from './command.ts';
import { bad, no } from './command.ts';
import { commandName, completeToLiteral } from './command-line.ts';
import { CommandReader, type LiteralPolicy, type ReaderHost, type ReadResult } from './command-reader.ts';
import { type StatusLine, writeStatusLine } from './language/status-line.ts';
import { resultOfError, resultOfFailure } from './mail-error.ts';
import { tellSelected } from './notify/tell-selected.ts';
import type { NotifyWatch } from './notify/watch.ts';
import { reportProgress } from './progress.ts';
import { type Realm, type SessionMailbox, sameRealm } from './realms/realm.ts';
import type { AnnounceOptions, SelectedMailbox } from './selected-mailbox.ts';
import { sessionCapabilities } from './session-capabilities.ts';
import type { SessionServices } from './session-services.ts';

/** What a client can switch on (RFC 5161). */
export type Feature = 'IMAP4REV2' | 'UTF8=ACCEPT' | 'CONDSTORE' | 'QRESYNC' | 'UIDONLY';

/** Commands after which a session lets others run, however many more it has at hand. */
const burstCommands = 16;

/** What a command leaves to be done when nothing is kept of it any more; null when its tagged answer has been given. */
type Rest = () => Promise<CommandResult | null>;

/** One connection of an IMAP client (RFC 9051 §3): reads commands, runs them one after another, writes what they say. */
export class Session implements ReaderHost {
  readonly connection: Connection;
  readonly services: SessionServices;
  readonly reader: CommandReader;
  /** Everything that is said goes in here; it leaves in large pieces. */
  readonly out: ImapWriter = new ImapWriter();
  readonly enabled: Set<Feature> = new Set<Feature>();
  #scope: Scope | null = null;
  #selected: SelectedMailbox | null = null;
  #watch: NotifyWatch | null = null;
  #gone: AbortSignal | null = null;
  #language: Language | null = null;
  #badCommands = 0;
  #failedSignIns = 0;
  #ended = false;
  #rest: { readonly tag: string; readonly work: Rest } | null = null;

  constructor(connection: Connection, services: SessionServices) {
    this.connection = connection;
    this.services = services;
    this.reader = new CommandReader(connection, this);
  }

  /** Made when there is something to say: most sessions never do. */
  get log(): Log {
    return this.services.log.child({ peer: this.connection.peer.address });
  }

  get skippedLiteralBytes(): number {
    return this.services.limits.skippedLiteralBytes;
  }

  get state(): SessionState {
    if (this.#scope === null) return 'not-authenticated';
    return this.#selected === null ? 'authenticated' : 'selected';
  }

  /** Whose mail it is; only after signing in. */
  get scope(): Scope {
    if (this.#scope === null) throw new Error('nobody has signed in');
    return this.#scope;
  }

  /** The session's own account among those it may look into. */
  get realm(): Realm {
    return { scope: this.scope, prefix: [] };
  }

  /** Whether this mailbox is the selected one. */
  hasSelected({ id, realm }: Pick<SessionMailbox, 'id' | 'realm'>): boolean {
    return this.#selected?.id === id && sameRealm(this.#selected.realm, realm);
  }

  get mail(): MailboxContext {
    return this.services.mail;
  }

  get selected(): SelectedMailbox {
    if (this.#selected === null) throw new Error('no mailbox is selected');
    return this.#selected;
  }

  get limits(): ImapLimits {
    return this.#scope === null ? this.services.limits.stranger : this.services.limits.session;
  }

  /** Mailbox names and quoted strings are UTF-8. */
  get utf8(): boolean {
    return this.enabled.has('UTF8=ACCEPT') || this.enabled.has('IMAP4REV2');
  }

  get rev2(): boolean {
    return this.enabled.has('IMAP4REV2');
  }

  /** Message numbers are neither taken nor given (RFC 9586). */
  get uidOnly(): boolean {
    return this.enabled.has('UIDONLY');
  }

  /** What texts are in (RFC 5255 §3); null is `i-default`. */
  get language(): Language | null {
    return this.#language;
  }

  speak(language: Language | null): void {
    this.#language = language;
  }

  /** How news of the selected mailbox are told in this session. */
  announceOptions(expungeAllowed: boolean): AnnounceOptions {
    const vanished = this.uidOnly || this.enabled.has('QRESYNC');
    return { expungeAllowed, modseq: this.enabled.has('CONDSTORE'), vanished, uidOnly: this.uidOnly };
  }

  /** Passwords may be sent here. */
  get passwordsAllowed(): boolean {
    return this.connection.tls !== null || this.services.passwordsInPlain(this.connection.peer.address);
  }

  get signInAttempt(): SignInAttempt {
    return {
      service: 'imap',
      address: this.connection.peer.address,
      encrypted: this.passwordsAllowed,
      connection: this.connection,
    };
  }

  /** Aborted when the connection is gone: for work that nobody waits for any more. */
  get gone(): AbortSignal {
    if (this.#gone === null) {
      const controller = new AbortController();
      void this.connection.whenClosed.then(() => controller.abort());
      this.#gone = controller.signal;
    }
    return this.#gone;
  }

  get capabilities(): string {
    return sessionCapabilities(this);
  }

  enable(feature: Feature): void {
    const knew = this.enabled.has('CONDSTORE');
    this.enabled.add(feature);
    // Who can resynchronise knows mod-sequences, and hears where they begin: what was told since came without (RFC 7162 §3.1).
    if (feature === 'QRESYNC') this.enabled.add('CONDSTORE');
    if (this.#selected !== null && !knew && this.enabled.has('CONDSTORE'))
      this.say('OK', 'Highest', `HIGHESTMODSEQ ${this.#selected.opened.mailbox.highestModseq}`);
    this.out.utf8 = this.utf8;
  }

  signIn(scope: Scope): void {
    this.#scope = scope;
    this.connection.setIdleTimeout(this.services.limits.sessionIdleMs);
  }

  /** Forgets who signed in, what was selected and what was enabled (RFC 8437 §3). */
  signOut(): void {
    this.setWatch(null);
    this.select(null);
    this.#scope = null;
    this.#language = null;
    this.enabled.clear();
    this.out.utf8 = false;
    this.connection.setIdleTimeout(this.services.limits.strangerIdleMs);
  }

  /** Counts a failed sign-in and waits a little longer each time. */
  async signInFailed(): Promise<void> {
    this.#failedSignIns++;
    const { limits, clock } = this.services;
    const { promise, resolve } = Promise.withResolvers<void>();
    using timer = clock.after(limits.signInDelayMs * this.#failedSignIns, resolve);
    await Promise.race([promise, this.connection.whenClosed]);
    timer.cancel();
    if (this.#failedSignIns >= limits.failedSignIns) this.end();
  }

  /** What NOTIFY has asked for; null before its first use. */
  get watch(): NotifyWatch | null {
    return this.#watch;
  }

  setWatch(watch: NotifyWatch | null): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = watch;
  }

  /** Selects a mailbox, or none; what was selected before is let go. */
  select(mailbox: SelectedMailbox | null): void {
    this.#selected?.[Symbol.dispose]();
    this.#selected = mailbox;
  }

  /** No further command is read. */
  end(): void {
    this.#ended = true;
  }

  /** Moves what was written to the connection. */
  flushOutput(): void {
    if (this.out.length > 0) this.connection.write(this.out.take());
  }

  /** Between slices of long work: sends what is there, lets the peer keep up and other sessions run. */
  async breathe(): Promise<void> {
    this.flushOutput();
    await this.connection.flush();
    await new Promise(resolve => setImmediate(resolve));
  }

  /** Serves the connection until it ends. */
  async run(): Promise<void> {
    this.connection.setIdleTimeout(this.services.limits.strangerIdleMs);
    this.out.ascii(`* OK [CAPABILITY ${this.capabilities}] Hongyan ready\r\n`);
    try {
      for (let burst = 1; !this.#ended && !this.connection.closed; burst++) {
        this.#watch?.rest();
        const item = await this.reader.next();
        await this.#watch?.wake();
        await this.#handle(item);
        if (this.#rest !== null) await this.#doRest(this.#rest);
        // Commands that are all here already are served without a pause: others get their turn in between.
        if (burst % burstCommands === 0 || this.out.length > this.services.limits.outputBytes)
          await this.breathe();
      }
      this.flushOutput();
    } finally {
      this.setWatch(null);
      this.select(null);
    }
  }

  /**
   * Does `work` when the command is through: for what waits long, so that neither its text nor the functions that run it
   * stay in memory meanwhile.
   */
  leave(tag: string, work: Rest): null {
    this.#rest = { tag, work };
    return null;
  }

  async #doRest({ tag, work }: { readonly tag: string; readonly work: Rest }): Promise<void> {
    this.#rest = null;
    const result = await work().catch((error: unknown) => resultOfFailure(this.log, tag, error));
    if (result !== null) await this.#conclude(tag, result, 'none');
  }

  async #handle(item: ReadResult): Promise<void> {
    switch (item.kind) {
      case 'command':
        return this.#execute(item.bytes, null);
      case 'streaming':
        return this.#execute(item.bytes, item.literal);
      case 'refused':
        return this.#refused(item.head, item.why);
      case 'flood':
        return this.bye('Literal is too large', 'TOOBIG');
      case 'timeout':
        return this.bye('Idle for too long');
      case 'drain':
        return this.bye('Server is stopping', 'UNAVAILABLE');
      case 'closed':
        return this.end();
    }
  }

  /** Says BYE and ends. */
  bye(text: string, code?: string): void {
    this.say('BYE', text, code);
    this.end();
  }

  /** Says an untagged status response in the session's language. */
  say(status: StatusLine['status'], text: string, code?: string): void {
    const line = { tag: null, status, text, ...(code !== undefined && { code }) };
    writeStatusLine(this.out, line, this.#language);
  }

  literalPolicy(prefix: Buffer): LiteralPolicy {
    const named = commandName(prefix, this.limits);
    const command = named && this.services.commands.get(named.name);
    if (!command?.states.includes(this.state)) return 'refuse';
    return command.streams && completeToLiteral(command, prefix, this) ? 'stream' : 'keep';
  }

  #refused(head: Buffer, why: 'line' | 'literal' | 'policy'): void {
    const named = commandName(head, this.limits);
    const tag = named?.tag ?? '*';
    if (why === 'policy' && named !== null) {
      const known = this.services.commands.has(named.name);
      this.#finish(tag, bad(known ? 'Command is not possible in this state' : 'Unknown command'));
    } else if (why === 'line') this.#finish(tag, bad('Command line is too long', 'LIMIT'));
    else this.#finish(tag, no('TOOBIG', 'Literal is too large'));
    this.#countBad();
  }

  #countBad(): void {
    if (++this.#badCommands >= this.services.limits.badCommands) this.bye('Too many bad commands');
  }

  async #execute(bytes: Buffer, literal: LiteralHeader | null): Promise<void> {
    const scanner = new Scanner(bytes, this.limits);
    scanner.utf8 = this.utf8;
    let tag = '*';
    let result: CommandResult | null;
    let effect: SequenceEffect = 'none';
    try {
      tag = scanner.tag();
      scanner.space();
      const uid = scanner.takeKeyword('UID');
      if (uid) scanner.space();
      const command = this.services.commands.get(scanner.keyword());
      const refusal = this.#refusalOf(command, uid);
      if (refusal === null && command !== undefined) {
        effect = uid && command.sequenceEffect === 'uses' ? 'none' : command.sequenceEffect;
        result = await this.#run(command, scanner, { tag, uid, literal }, () => {
          effect = 'uses';
        });
      } else result = refusal ?? bad('Unknown command');
    } catch (error) {
      result = resultOfError(error) ?? bad('Invalid command');
    }
    if (result !== null) await this.#conclude(tag, result, effect);
  }

  async #conclude(tag: string, result: CommandResult, effect: SequenceEffect): Promise<void> {
    if (result.status === 'BAD') this.#countBad();
    else this.#badCommands = 0;
    await this.#announce(effect);
    this.#finish(tag, result);
  }

  #refusalOf(command: Command | undefined, uid: boolean): CommandResult | null {
    if (command === undefined || (uid && !command.uid)) return bad('Unknown command');
    if (!command.states.includes(this.state)) return bad('Command is not possible in this state');
    return command.numbered && !uid && this.uidOnly ? bad('Message numbers are off', 'UIDREQUIRED') : null;
  }

  async #run(
    command: Command,
    scanner: Scanner,
    invocation: Invocation,
    usesNumbers: () => void,
  ): Promise<CommandResult | null> {
    let args: unknown;
    try {
      args = command.parse(scanner, { uid: invocation.uid, utf8: this.utf8, limits: this.limits });
      scanner.end();
      if (command.hasNumbers?.(args as never) === true) {
        if (this.uidOnly) return bad('Message numbers are off', 'UIDREQUIRED');
        usesNumbers();
      }
    } catch (error) {
      if (invocation.literal !== null && (await this.reader.discard(invocation.literal)) !== 'done')
        this.end();
      if (error instanceof BadCharsetError && error.saves) this.#selected?.save([]);
      const result = resultOfError(error);
      if (result === null) throw error;
      return result;
    }
    using _progress = command.slow ? reportProgress(this, invocation.tag) : null;
    try {
      return await command.run(this, args as never, invocation);
    } catch (error) {
      return resultOfFailure(this.log, command.name, error);
    }
  }

  /** Tells the client what happened in the selected mailbox, as far as this is the moment for it. */
  async #announce(effect: SequenceEffect): Promise<void> {
    if (this.#selected === null || this.#ended || effect === 'opens') return;
    // A command that is already here may name messages by numbers its sender could not know to have moved.
    const expungeAllowed = effect === 'changes' || (effect === 'none' && this.connection.buffered === 0);
    await tellSelected(this, expungeAllowed, effect === 'changes');
  }

  #finish(tag: string, result: CommandResult): void {
    writeStatusLine(this.out, { ...result, tag }, this.#language);
  }
}
