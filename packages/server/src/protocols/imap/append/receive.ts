import { parseDateTime } from '@hongyan/formats/imap/dates.ts';
import { parseFlagList } from '@hongyan/formats/imap/flags.ts';
import { type LiteralHeader, literalHeader } from '@hongyan/formats/imap/literal-header.ts';
import { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../../../access/scope.ts';
import { getQuota } from '../../../mailbox/quota.ts';
import type { FlagSet, NewMessage } from '../../../mailbox/types.ts';
import { MailError } from '../../../platform/errors.ts';
import { withoutLineEnd } from '../../../platform/net/input-buffer.ts';
import { bad, type CommandResult, no } from '../command.ts';
import { flagSetOf } from '../flag-names.ts';
import { resultOfError } from '../mail-error.ts';
import type { Session } from '../session.ts';

/** What APPEND says of one message before its literal. */
export interface AppendHead {
  readonly flags: FlagSet;
  /** INTERNALDATE, ms since the epoch; null for now. */
  readonly receivedAt: number | null;
  /** `UTF8 (~{…})` (RFC 6855 §4): a parenthesis follows the literal. */
  readonly utf8: boolean;
}

/** `[SP flag-list] [SP date-time] SP`, up to where the literal begins. */
export function parseAppendHead(scanner: Scanner): AppendHead {
  scanner.space();
  let flags: string[] = [];
  let receivedAt: number | null = null;
  if (scanner.peek() === 0x28) {
    flags = parseFlagList(scanner);
    scanner.space();
  }
  if (scanner.peek() === 0x22) {
    receivedAt = parseDateTime(scanner);
    scanner.space();
  }
  const utf8 = scanner.takeKeyword('UTF8');
  if (utf8) {
    scanner.space();
    scanner.expect(0x28);
  }
  return { flags: flagSetOf(flags), receivedAt, utf8 };
}

/** The messages of an APPEND, sealed in the blob store as long as this is not disposed; or why there are none. */
export type Received = AsyncDisposable &
  (
    | { readonly kind: 'messages'; readonly messages: readonly NewMessage[] }
    | { readonly kind: 'refused'; readonly result: CommandResult | null }
  );

type Tail =
  | { readonly kind: 'end' }
  | { readonly kind: 'next'; readonly head: AppendHead; readonly literal: LiteralHeader };

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

  async run(head: AppendHead, literal: LiteralHeader): Promise<Received> {
    let next: Tail = { kind: 'next', head, literal };
    while (next.kind === 'next') {
      const refusal = await this.#refusalOf(next.literal);
      if (refusal !== null) return this.#discard(next.literal, refusal);
      if (next.literal.synchronizing) this.#session.reader.askFor();
      if (!(await this.#message(next.head, next.literal.size))) return this.#refuse(null);
      const tail = await this.#tail(next.head);
      if (tail === null) return this.#refuse(null);
      if ('status' in tail) return this.#refuse(tail);
      next = tail;
    }
    if (this.#failure !== null) return this.#refuse(this.#failure);
    return {
      kind: 'messages',
      messages: this.#messages,
      [Symbol.asyncDispose]: () => this.#bodies.disposeAsync(),
    };
  }

  #refuse(result: CommandResult | null): Received {
    if (result === null) this.#session.end();
    return { kind: 'refused', result, [Symbol.asyncDispose]: () => this.#bodies.disposeAsync() };
  }

  async #discard(literal: LiteralHeader, result: CommandResult): Promise<Received> {
    const ended = await this.#session.reader.discard(literal);
    if (ended === 'flood') this.#session.bye('[TOOBIG] Literal is too large');
    return this.#refuse(ended === 'done' ? result : null);
  }

  /** Whether the next message cannot be taken, as far as its size tells. */
  async #refusalOf(literal: LiteralHeader): Promise<CommandResult | null> {
    const { services, mail } = this.#session;
    if (this.#failure !== null) return this.#failure;
    if (literal.size === 0) return no('CANNOT', 'Message is empty');
    if (literal.size > services.limits.appendBytes) return no('TOOBIG', 'Message is too large');
    // Of a colleague's account it is for the store to say, when the message is filed.
    if (this.#scope.folders === 'shared') return null;
    const { usedBytes, limitBytes } = await getQuota(mail, this.#scope);
    if (limitBytes !== null && usedBytes - this.#freedBytes + this.#bytes + literal.size > limitBytes) {
      return resultOfError(new MailError('quota.exceeded'));
    }
    return null;
  }

  /** Streams one body into the blob store. False when the connection ended. */
  async #message(head: AppendHead, size: number): Promise<boolean> {
    const { mail, services, reader, log } = this.#session;
    const writer = mail.blobs.create(this.#scope.tenantId, size);
    this.#bodies.use(writer);
    const scanner = new MessageScanner();
    for await (const piece of reader.pieces(size)) {
      if (typeof piece === 'string') return false;
      if (this.#failure !== null) continue;
      try {
        await writer.write(piece);
        scanner.push(piece);
      } catch (error) {
        this.#fail(error);
      }
    }
    if (this.#failure !== null) return true;
    try {
      const blob = await writer.seal();
      const summary = summarise(scanner.finish());
      const receivedAt = head.receivedAt ?? services.clock.now();
      this.#messages.push({ blob, summary, prefix: new Uint8Array(0), flags: head.flags, receivedAt });
      this.#bytes += size;
    } catch (error) {
      log.debug('imap.append_failed', { error });
      this.#fail(error);
    }
    return true;
  }

  #fail(error: unknown): void {
    this.#failure = resultOfError(error);
    if (this.#failure !== null) return;
    this.#session.log.error('imap.append_failed', { error });
    this.#failure = no('SERVERBUG', 'Internal error');
  }

  /** What follows a literal: the end, or another message (RFC 3502). Null when the connection ended. */
  async #tail(head: AppendHead): Promise<Tail | CommandResult | null> {
    const { reader, limits } = this.#session;
    const line = await reader.line(limits.lineBytes);
    if (line === 'too-long') return bad('Command line is too long', 'LIMIT');
    if (typeof line === 'string') return null;
    const bytes = withoutLineEnd(line);
    const literal = literalHeader(bytes);
    try {
      const scanner = new Scanner(literal === null ? bytes : bytes.subarray(0, literal.start), limits);
      if (head.utf8) scanner.expect(0x29);
      if (scanner.atEnd && literal === null) return { kind: 'end' };
      const next = parseAppendHead(scanner);
      scanner.end();
      return literal === null ? bad('Expected a literal') : { kind: 'next', head: next, literal };
    } catch (error) {
      if (literal !== null && (await reader.discard(literal)) !== 'done') return null;
      return resultOfError(error) ?? bad('Invalid command');
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
 * Takes the messages of one APPEND from the connection, one literal after another, each as a stream. Whatever goes wrong,
 * the command is read to its end, so that no message text is ever taken for commands.
 */
export function receiveMessages(
  session: Session,
  head: AppendHead,
  literal: LiteralHeader,
  { scope, freedBytes = 0 }: ReceiveOptions,
): Promise<Received> {
  return new Receiver(session, scope, freedBytes).run(head, literal);
}
