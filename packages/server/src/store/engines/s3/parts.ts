import type { ExchangeAnswer } from './exchange.ts';

/** Objects up to this size are sent in one request, larger ones in parts of it, bytes (parts of S3 have 5 MiB at least). */
export const partBytes: number = 8 * 1024 * 1024;

/** Whether a partial answer is the part that was asked for (RFC 9110 §14.4). */
export function wrongRange(answer: ExchangeAnswer, start: number, length: number): string | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(answer.headers['content-range'] ?? '');
  if (!match) return 'no range in the answer';
  const [from, to, total] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const last = start + length - 1;
  const whole = to === last || (to < last && to === total - 1);
  if (from !== start || !whole) return 'another range than asked for';
  return answer.body.length === to - from + 1 ? null : 'range of another length';
}

/** Chunks gathered into parts of `partBytes`; the last one may be smaller. */
export async function* inParts(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array[]> {
  let part: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + partBytes - size);
      part.push(piece);
      size += piece.length;
      at += piece.length;
      if (size === partBytes) {
        yield part;
        part = [];
        size = 0;
      }
    }
  }
  if (size > 0) yield part;
}
