import { type CatenateRun, parseCatenateRun } from '@hongyan/formats/imap/arguments/catenate.ts';
import { type LiteralHeader, literalHeader } from '@hongyan/formats/imap/literal-header.ts';
import { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { maxUrlBytes } from '@hongyan/formats/imap/url/message-url.ts';
import type { Scope } from '../../../access/scope.ts';
import { freeBytes } from '../../../mailbox/quota.ts';
import type { NewMessage } from '../../../mailbox/types.ts';
import { MailError } from '../../../platform/errors.ts';
import { withoutLineEnd } from '../../../platform/net/input-buffer.ts';
import { bad, type CommandResult, no } from '../command.ts';
import { resultOfError } from '../mail-error.ts';
import type { Session } from '../session.ts';
import { type AppendHead, parseAppendHeads, wantsLiteral } from './append-head.ts';
import { catenateSource, urlInCode } from './catenate-source.ts';
import { IncomingMessage } from './incoming-message.ts';

/** The messages of an APPEND, sealed in the blob store as long as this is not disposed; or why there are none. */
export type Received = AsyncDisposable &
  (
    | { readonly kind: 'messages'; readonly messages: readonly NewMessage[] }
    | { readonly kind: 'refused'; readonly result: CommandResult | null }
  );

/** Heads of messages, the last of which has a literal, or none because it is made of URLs. */
interface Next {
  readonly kind: 'next';
  readonly heads: readonly AppendHead[];
  readonly literal: LiteralHeader | null;
}

/** What comes after a message: another one, or the end of the command. */
type Tail = { readonly kind: 'end' } | Next;

/** Why the command ends here: its answer, or null when the connection has ended. */
interface Stop {
  readonly kind: 'stop';
  readonly result: CommandResult | null;
}

function stop(result: CommandResult | null): Stop {
  return { kind: 'stop', result };
}

class Receiver {
  readonly #session: Session;
  /** Whose messages they will be. */
  readonly #scope: Scope;
  /** Octets that will be free again: they do not count against the quota. */
  readonly #freedBytes: number;
  readonly #bodies = new AsyncDisposableStack();
  readonly #messages: NewMessage[] = [];
  /** Why this APPEND will fail; what is still to come is read over. */
  #failure: CommandResult | null = null;
  #bytes = 0;

  constructor(session: Session, scope: Scope, freedBytes: number) {
    this.#session = session;
    this.#scope = scope;
    this.#freedBytes = freedBytes;
  }

  async run(heads: readonly AppendHead[], literal: LiteralHeader | null): Promise<Received> {
    let tail = await this.#after(heads, literal);
    while (tail.kind === 'next') tail = await this.#messagesOf(tail);
    const dispose = { [Symbol.asyncDispose]: () => this.#bodies.disposeAsync() };
    if (tail.kind === 'stop' && tail.result === null) this.#session.end();
    const refusal = tail.kind === 'stop' ? tail.result : this.#failure;
    if (tail.kind === 'stop' || refusal !== null) return { kind: 'refused', result: refusal, ...dispose };
    return { kind: 'messages', messages: this.#messages, ...dispose };
  }

  async #messagesOf({ heads, literal }: Next): Promise<Tail | Stop> {
    let tail: Tail | Stop = { kind: 'end' };
    for (const [index, head] of heads.entries()) {
      const own = index === heads.length - 1 ? literal : null;
      tail = head.catenate === null ? await this.#plain(head, own) : await this.#catenated(head, own);
      if (tail.kind === 'stop') return tail;
    }
    return tail;
  }

  /** A message in one literal. */
  async #plain(head: AppendHead, literal: LiteralHeader | null): Promise<Tail | Stop> {
    if (literal === null) return stop(bad('Expected a literal'));
    const refusal = literal.size === 0 ? no('CANNOT', 'Message is empty') : await this.#refusalOf(literal, 0);
    if (this.#failure !== null || refusal !== null) return this.#discard(literal, this.#failure ?? refusal);
    const message = this.#open(literal.size);
    if (!(await this.#literalInto(message, literal))) return stop(null);
    await this.#close(message, head);
    return this.#line(scanner => {
      if (head.utf8) scanner.expect(0x29);
      return scanner.atEnd ? null : parseAppendHeads(scanner);
    });
  }

  /** A message put together of literals and of what URLs name (RFC 4469). */
  async #catenated(head: AppendHead, first: LiteralHeader | null): Promise<Tail | Stop> {
    const message = this.#open(0);
    let run = head.catenate as CatenateRun;
    let literal = first;
    let seen = 0;
    for (;;) {
      for (const url of run.urls) await this.#copy(url, message);
      if (run.next === 'end') break;
      if (literal === null) return stop(bad('Expected a literal'));
      const refusal = this.#failure ?? (await this.#refusalOf(literal, message.size));
      if (refusal !== null) return this.#discard(literal, refusal);
      if (run.next === 'url') {
        const ended = await this.#copyNamedBy(literal, message);
        if (ended !== null) return ended;
      } else if (!(await this.#literalInto(message, literal))) return stop(null);
      seen += run.urls.length + 1;
      const parsed = await this.#parse(scanner => this.#runAndHeads(scanner, run, seen));
      if ('kind' in parsed) return parsed;
      ({ literal } = parsed);
      run = parsed.value.run;
      const { heads } = parsed.value;
      if (run.next === 'end') {
        for (const url of run.urls) await this.#copy(url, message);
        await this.#close(message, head);
        return this.#after(heads, literal);
      }
    }
    await this.#close(message, head);
    return { kind: 'end' };
  }

  #runAndHeads(
    scanner: Scanner,
    before: CatenateRun,
    seen: number,
  ): { readonly run: CatenateRun; readonly heads: readonly AppendHead[] | null } {
    if (before.next === 'utf8-text') scanner.expect(0x29);
    const run = parseCatenateRun(scanner, { begins: false, urlLiterals: true, seen });
    return { run, heads: run.next === 'end' && !scanner.atEnd ? parseAppendHeads(scanner) : null };
  }

  #open(expectedSize: number): IncomingMessage {
    const message = new IncomingMessage(this.#session.mail, this.#scope.tenantId, expectedSize);
    this.#bodies.use(message);
    return message;
  }

  async #close(message: IncomingMessage, head: AppendHead): Promise<void> {
    if (this.#failure !== null) return;
    if (message.size === 0) {
      this.#failure = no('CANNOT', 'Message is empty');
      return;
    }
    try {
      this.#bytes += message.size;
      this.#messages.push(await message.finish(head, head.receivedAt ?? this.#session.services.clock.now()));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Appends the octets that a URL names; what cannot be had is BADURL (RFC 4469 §4.1). */
  async #copy(url: Buffer, message: IncomingMessage): Promise<void> {
    if (this.#failure !== null) return;
    try {
      const source = await catenateSource(this.#session, url);
      if (source === null) {
        this.#failure = no(`BADURL ${urlInCode(url)}`, 'This URL names nothing that can be read here');
        return;
      }
      this.#failure = await this.#refusalOf(source, message.size);
      if (this.#failure !== null) return;
      for await (const piece of source.pieces()) await message.write(piece);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** As `#copy`, for a URL that comes as a literal. */
  async #copyNamedBy(literal: LiteralHeader, message: IncomingMessage): Promise<Stop | null> {
    if (literal.size > maxUrlBytes) return this.#discard(literal, bad('URL is too long', 'LIMIT'));
    const { reader } = this.#session;
    if (literal.synchronizing) reader.askFor();
    const url: Buffer[] = [];
    for await (const piece of reader.pieces(literal.size)) {
      if (typeof piece === 'string') return stop(null);
      url.push(Buffer.from(piece));
    }
    await this.#copy(Buffer.concat(url), message);
    return null;
  }

  async #discard(literal: LiteralHeader, result: CommandResult | null): Promise<Stop> {
    const ended = await this.#session.reader.discard(literal);
    if (ended === 'flood') this.#session.bye('Literal is too large', 'TOOBIG');
    return stop(ended === 'done' ? result : null);
  }

  /** Whether so much cannot be added to a message of which there are `before` octets. */
  async #refusalOf({ size }: { readonly size: number }, before: number): Promise<CommandResult | null> {
    const { services, mail } = this.#session;
    if (before + size > services.limits.appendBytes) return no('TOOBIG', 'Message is too large');
    // Of a colleague's account it is for the store to say, when the message is filed.
    if (this.#scope.folders === 'shared') return null;
    const free = await freeBytes(mail, this.#scope);
    const wanted = this.#bytes + before + size - this.#freedBytes;
    return free !== null && wanted > free ? resultOfError(new MailError('quota.exceeded')) : null;
  }

  /** Streams a literal into the message. False when the connection ended. */
  async #literalInto(message: IncomingMessage, literal: LiteralHeader): Promise<boolean> {
    const { reader } = this.#session;
    if (literal.synchronizing) reader.askFor();
    for await (const piece of reader.pieces(literal.size)) {
      if (typeof piece === 'string') return false;
      if (this.#failure !== null) continue;
      try {
        await message.write(piece);
      } catch (error) {
        this.#fail(error);
      }
    }
    return true;
  }

  #fail(error: unknown): void {
    this.#failure = resultOfError(error);
    if (this.#failure !== null) return;
    this.#session.log.error('imap.append_failed', { error });
    this.#failure = no('SERVERBUG', 'Internal error');
  }

  /** What follows a message: the end, or another message (RFC 3502). */
  async #line(read: (scanner: Scanner) => readonly AppendHead[] | null): Promise<Tail | Stop> {
    const parsed = await this.#parse(read);
    return 'kind' in parsed ? parsed : this.#after(parsed.value, parsed.literal);
  }

  async #after(heads: readonly AppendHead[] | null, literal: LiteralHeader | null): Promise<Tail | Stop> {
    if (heads === null) {
      return literal === null ? { kind: 'end' } : this.#discard(literal, bad('Unexpected literal'));
    }
    if (wantsLiteral(heads)) {
      return literal === null ? stop(bad('Expected a literal')) : { kind: 'next', heads, literal };
    }
    return literal === null
      ? { kind: 'next', heads, literal }
      : this.#discard(literal, bad('Unexpected literal'));
  }

  /** Reads the next line up to its literal, if it has one. */
  async #parse<T>(
    read: (scanner: Scanner) => T,
  ): Promise<{ readonly value: T; readonly literal: LiteralHeader | null } | Stop> {
    const { reader, limits, connection } = this.#session;
    const line = await reader.line(limits.lineBytes);
    if (line === 'too-long') {
      const result = bad('Command line is too long', 'LIMIT');
      const announced = literalHeader(withoutLineEnd(connection.droppedLine.tail));
      return announced === null ? stop(result) : this.#discard(announced, result);
    }
    if (typeof line === 'string') return stop(null);
    const bytes = withoutLineEnd(line);
    const literal = literalHeader(bytes);
    try {
      const scanner = new Scanner(literal === null ? bytes : bytes.subarray(0, literal.start), limits);
      const value = read(scanner);
      scanner.end();
      return { value, literal };
    } catch (error) {
      const result = resultOfError(error) ?? bad('Invalid command');
      return literal === null ? stop(result) : this.#discard(literal, result);
    }
  }
}

export interface ReceiveOptions {
  /** Whose messages they will be. */
  readonly scope: Scope;
  /** Octets that the command frees when it is done (RFC 8508 §3.4). */
  readonly freedBytes?: number;
}

/**
 * Takes the messages of one APPEND from the connection, one literal after another, each as a stream, and what CATENATE names
 * from the store (RFC 4469). Whatever goes wrong, the command is read to its end, so that no message text is ever taken for
 * commands.
 */
export function receiveMessages(
  session: Session,
  heads: readonly AppendHead[],
  literal: LiteralHeader | null,
  { scope, freedBytes = 0 }: ReceiveOptions,
): Promise<Received> {
  return new Receiver(session, scope, freedBytes).run(heads, literal);
}
