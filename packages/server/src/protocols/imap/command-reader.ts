import type { ImapLimits } from '@hongyan/formats/imap/limits.ts';
import { type LiteralHeader, literalHeader } from '@hongyan/formats/imap/literal-header.ts';
import type { Connection, ReadFailure } from '../../platform/net/connection.ts';
import { withoutLineEnd } from '../../platform/net/input-buffer.ts';

/** What is to become of a literal whose announcement has been read. */
export type LiteralPolicy = 'keep' | 'stream' | 'refuse';

/** One command off the wire. `head` of a refused one holds at least its tag and name, if it had them. */
export type ReadResult =
  | { readonly kind: 'command'; readonly bytes: Buffer }
  | { readonly kind: 'streaming'; readonly bytes: Buffer; readonly literal: LiteralHeader }
  | { readonly kind: 'refused'; readonly head: Buffer; readonly why: 'line' | 'literal' | 'policy' }
  /** A refused literal was on its way and too large to be read over: the connection must end. */
  | { readonly kind: 'flood' }
  | { readonly kind: ReadFailure };

/** What the reader needs of the session. */
export interface ReaderHost {
  /** Moves collected output to the connection: called before every wait. */
  flushOutput(): void;
  /** Limits as of now. */
  readonly limits: ImapLimits;
  /** Decides about a literal from what came before it. */
  literalPolicy(prefix: Buffer): LiteralPolicy;
  readonly skippedLiteralBytes: number;
}

const continuation = '+ OK\r\n';
const pieceBytes = 64 * 1024;

/**
 * Puts commands together from lines and literals, holding no more than the limits allow. A literal that is refused is
 * not asked for, or read over if it comes unasked, so that its content is never taken for commands (RFC 7888 §4).
 */
export class CommandReader {
  readonly #connection: Connection;
  readonly #host: ReaderHost;

  constructor(connection: Connection, host: ReaderHost) {
    this.#connection = connection;
    this.#host = host;
  }

  /** One line, whatever it says: SASL responses, DONE. */
  line(limit: number): Promise<Buffer | 'too-long' | ReadFailure> {
    const ready = this.#connection.tryReadLine(limit);
    if (ready !== undefined) return Promise.resolve(ready);
    this.#host.flushOutput();
    return this.#connection.readLine(limit);
  }

  /** The next command. */
  async next(): Promise<ReadResult> {
    const line = await this.line(this.#host.limits.lineBytes);
    if (line === 'too-long') return this.#tooLong();
    if (typeof line === 'string') return { kind: line };
    const bytes = withoutLineEnd(line);
    const literal = literalHeader(bytes);
    return literal === null ? { kind: 'command', bytes } : this.#withLiterals(bytes, literal);
  }

  async #withLiterals(firstLine: Buffer, firstLiteral: LiteralHeader): Promise<ReadResult> {
    const limits = this.#host.limits;
    const pieces: Buffer[] = [];
    let held = 0;
    let line = firstLine;
    let literal: LiteralHeader | null = firstLiteral;
    while (literal !== null) {
      const prefix: Buffer = pieces.length === 0 ? line : Buffer.concat([...pieces, line]);
      const policy = this.#host.literalPolicy(prefix);
      if (policy === 'stream')
        return {
          kind: 'streaming',
          bytes: prefix.subarray(0, prefix.length - line.length + literal.start),
          literal,
        };
      held += line.length + literal.size;
      if (policy === 'refuse' || literal.size > limits.literalBytes || held > limits.commandBytes) {
        return this.#refuse(prefix, literal, policy === 'refuse' ? 'policy' : 'literal');
      }
      const octets = await this.#literal(literal);
      if (typeof octets === 'string') return { kind: octets };
      pieces.push(line, Buffer.from('\r\n'), octets);
      const next = await this.line(limits.lineBytes);
      if (next === 'too-long') return this.#tooLong(prefix);
      if (typeof next === 'string') return { kind: next };
      line = withoutLineEnd(next);
      literal = literalHeader(line);
    }
    pieces.push(line);
    return { kind: 'command', bytes: Buffer.concat(pieces) };
  }

  #literal(literal: LiteralHeader): Promise<Buffer | ReadFailure> {
    if (literal.synchronizing) this.askFor();
    else this.#host.flushOutput();
    return this.#connection.readExactly(literal.size);
  }

  /** Tells the client to go on with the literal it announced. */
  askFor(): void {
    this.#host.flushOutput();
    this.#connection.write(continuation);
  }

  async #refuse(prefix: Buffer, literal: LiteralHeader, why: 'literal' | 'policy'): Promise<ReadResult> {
    const head = Buffer.from(prefix.subarray(0, 256));
    const ended = await this.discard(literal);
    return ended === 'done' ? { kind: 'refused', head, why } : { kind: ended };
  }

  async #tooLong(prefix?: Buffer): Promise<ReadResult> {
    const dropped = this.#connection.droppedLine;
    const head = Buffer.from((prefix ?? dropped.head).subarray(0, 256));
    const literal = literalHeader(withoutLineEnd(dropped.tail));
    const ended = literal === null ? 'done' : await this.discard(literal);
    return ended === 'done' ? { kind: 'refused', head, why: 'line' } : { kind: ended };
  }

  /** Reads over the rest of a command that is refused at this literal. Nothing to do if the client waits to be asked. */
  async discard(literal: LiteralHeader): Promise<'done' | 'flood' | ReadFailure> {
    let next: LiteralHeader | null = literal;
    let skipped = 0;
    while (next !== null && !next.synchronizing) {
      skipped += next.size;
      if (skipped > this.#host.skippedLiteralBytes) return 'flood';
      for await (const piece of this.pieces(next.size)) if (typeof piece === 'string') return piece;
      const line = await this.line(this.#host.limits.lineBytes);
      if (line === 'too-long') next = literalHeader(withoutLineEnd(this.#connection.droppedLine.tail));
      else if (typeof line === 'string') return line;
      else next = literalHeader(withoutLineEnd(line));
    }
    return 'done';
  }

  /** The next `size` octets in pieces; ends early with a failure. */
  async *pieces(size: number): AsyncGenerator<Buffer | ReadFailure> {
    let left = size;
    while (left > 0) {
      const piece = await this.#connection.readSome(Math.min(left, pieceBytes));
      yield piece;
      if (typeof piece === 'string') return;
      left -= piece.length;
    }
  }
}
