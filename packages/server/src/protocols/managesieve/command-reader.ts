import { scanLine, trailingLiteral, type Word } from '@hongyan/formats/managesieve/scanner.ts';
import type { Connection, ReadFailure } from '../../platform/net/connection.ts';
import { withoutLineEnd } from '../../platform/net/input-buffer.ts';

/** What came off the wire. `large`: a literal over the limit was read over. `flood`: one too large even for that. */
export type ReadResult =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'bad' | 'long' | 'flood' | ReadFailure }
  | { readonly kind: 'large'; readonly name: string };

export interface ReaderLimits {
  readonly lineBytes: number;
  /** Literals of one command together. */
  readonly literalBytes: number;
  readonly skippedBytes: number;
}

const pieceBytes = 64 * 1024;

async function skip(connection: Connection, size: number): Promise<ReadFailure | null> {
  for (let left = size; left > 0; ) {
    const piece = await connection.readSome(Math.min(left, pieceBytes));
    if (typeof piece === 'string') return piece;
    left -= piece.length;
  }
  return null;
}

/**
 * Reads one command with its literals (RFC 5804 §4), holding no more than the limits allow. A literal that is too large
 * is read over with what follows it, so that its content is never taken for commands.
 */
export async function readCommand(connection: Connection, limits: ReaderLimits): Promise<ReadResult> {
  const words: Word[] = [];
  let held = 0;
  let tooLarge = false;
  let malformed = false;
  for (;;) {
    const line = connection.tryReadLine(limits.lineBytes) ?? (await connection.readLine(limits.lineBytes));
    if (line === 'too-long') return { kind: 'long' };
    if (typeof line === 'string') return { kind: line };
    const text = withoutLineEnd(line);
    const scanned = scanLine(text);
    malformed ||= scanned === null;
    words.push(...(scanned?.words ?? []));
    // A literal is no command, whatever announced it.
    const literal = scanned ? scanned.literal : trailingLiteral(text);
    if (literal === null) break;
    held += literal;
    if (held > limits.skippedBytes) return { kind: 'flood' };
    tooLarge ||= held > limits.literalBytes || words.length > 16;
    if (tooLarge || malformed) {
      const failure = await skip(connection, literal);
      if (failure !== null) return { kind: failure };
      continue;
    }
    const octets = await connection.readExactly(literal);
    if (typeof octets === 'string') return { kind: octets };
    words.push({ kind: 'string', octets: Buffer.from(octets) });
  }
  if (malformed) return { kind: 'bad' };
  if (!tooLarge) return { kind: 'words', words };
  const [first] = words;
  return { kind: 'large', name: first?.kind === 'atom' ? first.text.toUpperCase() : '' };
}
