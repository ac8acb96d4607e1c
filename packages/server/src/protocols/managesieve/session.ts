import { formatReply, formatString } from '@hongyan/formats/managesieve/writer.ts';
import type { SieveProblem } from '@hongyan/formats/sieve/problem.ts';
import { createPhrases, type Language, type Phrases } from '@hongyan/phrases/phrases.ts';
import { ownScope, type Principal, type Scope } from '../../access/scope.ts';
import type { Authenticator, SignInAttempt } from '../../access/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Connection } from '../../platform/net/connection.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { ScriptContext } from '../../sieve/context.ts';
import type { ScriptChange } from '../../sieve/scripts.ts';
import { capabilityLines } from './capabilities.ts';
import type { ManageSieveCommand } from './command.ts';
import { readCommand } from './command-reader.ts';
import { replyOfError } from './error-reply.ts';
import type { ManageSieveLimits } from './limits.ts';
import { mechanismNames } from './sign-in/mechanisms.ts';

/** What sessions work with; the same for all of a server. */
export interface SessionServices {
  readonly hostName: string;
  readonly scripts: ScriptContext;
  readonly authenticator: Authenticator;
  /** Language in which somebody reads what is wrong with a script. */
  readonly languageOf: (scope: Scope) => Promise<Language>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: ManageSieveLimits;
  readonly commands: ReadonlyMap<string, ManageSieveCommand>;
  /** Certificates for STARTTLS; null where it cannot be had. */
  readonly tls: TlsProvider | null;
  readonly passwordsInPlain: (address: string) => boolean;
}

type Person = Extract<Principal, { kind: 'account' }>;

/** Commands after which a session lets others run, however many more it has at hand. */
const burstCommands = 16;

/** One connection of a ManageSieve client (RFC 5804 §1.2): reads commands, runs them one after another. */
export class ManageSieveSession {
  readonly connection: Connection;
  readonly services: SessionServices;
  readonly log: Log;
  #person: Person | null = null;
  #badCommands = 0;
  #failedSignIns = 0;
  #ended = false;

  constructor(connection: Connection, services: SessionServices) {
    this.connection = connection;
    this.services = services;
    this.log = services.log.child({ peer: connection.peer.address });
  }

  get signedIn(): boolean {
    return this.#person !== null;
  }

  /** On whose scripts the commands work; only after signing in. */
  get scope(): Scope {
    if (this.#person === null) throw new Error('nobody has signed in');
    return ownScope(this.#person);
  }

  get passwordsAllowed(): boolean {
    return this.connection.tls !== null || this.services.passwordsInPlain(this.connection.peer.address);
  }

  get signInAttempt(): SignInAttempt {
    return {
      service: 'sieve',
      address: this.connection.peer.address,
      encrypted: this.passwordsAllowed,
      connection: this.connection,
    };
  }

  get offersTls(): boolean {
    return this.connection.tls === null && this.services.tls !== null && !this.signedIn;
  }

  /** The capabilities and the OK behind them: greeting, CAPABILITY, STARTTLS (RFC 5804 §1.7). */
  announce(text: string): void {
    this.connection.write(
      capabilityLines({
        mechanisms: this.signedIn ? [] : mechanismNames(this),
        starttls: this.offersTls,
        maxRedirects: this.services.scripts.limits.script.redirects,
        owner: this.#person?.login ?? null,
      }),
    );
    this.ok(text);
  }

  ok(text: string | null = null, code: string | null = null): void {
    this.#badCommands = 0;
    this.connection.write(formatReply('OK', code, text));
  }

  no(text: string, code: string | null = null): void {
    this.connection.write(formatReply('NO', code, text));
  }

  /** A line of a response: strings and atoms. */
  line(...parts: readonly (string | Uint8Array | { readonly atom: string })[]): void {
    const written = parts.map(part =>
      typeof part === 'object' && 'atom' in part ? Buffer.from(part.atom) : formatString(part),
    );
    const spaced = written.flatMap((part, i) => (i === 0 ? [part] : [Buffer.from(' '), part]));
    this.connection.write(Buffer.concat([...spaced, Buffer.from('\r\n')]));
  }

  /** Says goodbye; no further command is read. */
  bye(text: string, code: string | null = null): void {
    this.connection.write(formatReply('BYE', code, text));
    this.end();
  }

  /** No further command is read. */
  end(): void {
    this.#ended = true;
  }

  admit(person: Person): void {
    this.#person = person;
    this.connection.setIdleTimeout(this.services.limits.sessionIdleMs);
  }

  /** Back to before the sign-in (RFC 5804 §2.14.1). */
  leave(): void {
    this.#person = null;
    this.connection.setIdleTimeout(this.services.limits.strangerIdleMs);
  }

  /** Counts a failed sign-in and waits a little longer each time. */
  async signInFailed(): Promise<void> {
    this.#failedSignIns += 1;
    const { limits, clock } = this.services;
    const { promise, resolve } = Promise.withResolvers<void>();
    using timer = clock.after(limits.signInDelayMs * this.#failedSignIns, resolve);
    await Promise.race([promise, this.connection.whenClosed]);
    timer.cancel();
  }

  get tooManyFailures(): boolean {
    return this.#failedSignIns >= this.services.limits.failedSignIns;
  }

  /** Answers a change of the scripts. */
  async answer(change: ScriptChange): Promise<void> {
    switch (change.kind) {
      case 'done':
        return this.ok();
      case 'invalid':
        return this.no(await this.#explain(change.problem));
      case 'bad_name':
        return this.no('This cannot be the name of a script');
      case 'not_found':
        return this.no('There is no such script', 'NONEXISTENT');
      case 'exists':
        return this.no('There is a script of that name already', 'ALREADYEXISTS');
      case 'active':
        return this.no('The active script cannot be deleted', 'ACTIVE');
      case 'too_many':
        return this.no(`No more than ${change.max} scripts are possible`, 'QUOTA/MAXSCRIPTS');
      case 'too_large':
        return this.no(`No more than ${change.max} octets are possible`, 'QUOTA/MAXSIZE');
      default:
        return change satisfies never;
    }
  }

  async #explain(problem: SieveProblem): Promise<string> {
    const phrases: Phrases = createPhrases(await this.services.languageOf(this.scope));
    const text = phrases.find(`sieve.${problem.code}`, problem.fields) ?? problem.message;
    return phrases.say('sieve.where', { ...problem.position, problem: text });
  }

  /** Serves the connection until it ends. */
  async run(): Promise<void> {
    const { connection, services } = this;
    connection.setIdleTimeout(services.limits.strangerIdleMs);
    this.announce(`${services.hostName} ready`);
    for (let burst = 1; !this.#ended && !connection.closed; burst += 1) {
      await this.#next();
      if (burst % burstCommands === 0) {
        await connection.flush();
        await new Promise(resolve => setImmediate(resolve));
      }
    }
  }

  async #next(): Promise<void> {
    const { limits } = this.services;
    const literalBytes = this.signedIn ? limits.commandBytes : limits.strangerBytes;
    const read = await readCommand(this.connection, { ...limits, literalBytes });
    switch (read.kind) {
      case 'words':
        return this.#command(read.words);
      case 'large':
        return this.no('This is too large', 'QUOTA/MAXSIZE');
      case 'bad':
        return this.misbehave('Not well-formed');
      case 'long':
        // What it ended with is not known: a literal that follows would be taken for commands.
        return this.bye('The line is too long');
      case 'flood':
        return this.bye('This is far too large', 'QUOTA/MAXSIZE');
      case 'timeout':
        return this.bye('Nothing was said for too long');
      case 'drain':
        return this.bye('The server stops', 'TRYLATER');
      default:
        return this.end();
    }
  }

  /** Answers a command that no sound client sends; too many in a row end the conversation. */
  misbehave(text: string): void {
    this.#badCommands += 1;
    if (this.#badCommands < this.services.limits.badCommands) this.no(text);
    else this.bye('Too many bad commands');
  }

  async #command(words: Parameters<ManageSieveCommand['parse']>[0]): Promise<void> {
    const [first, ...rest] = words;
    if (first?.kind !== 'atom') return this.misbehave('A command is expected');
    const name = first.text.toUpperCase();
    const command = this.services.commands.get(name);
    if (command === undefined) return this.misbehave('There is no such command');
    if (command.signedIn === 'yes' && !this.signedIn) return this.misbehave('Sign in first');
    if (command.signedIn === 'no' && this.signedIn) return this.misbehave('Not possible after signing in');
    const args = command.parse(rest);
    if (args === null) return this.misbehave(`${name} wants other arguments`);
    try {
      await command.run(this, args as never);
    } catch (error) {
      const reply = replyOfError(error);
      if (reply === null) this.log.error('managesieve.command_failed', { command: name, error });
      this.no(reply?.text ?? 'Not possible now', reply === null ? 'TRYLATER' : reply.code);
    }
  }
}
