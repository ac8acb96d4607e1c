const CR = 0x0d;
const LF = 0x0a;

/**
 * Offset of the first CR or LF at or behind `from`; the buffer's length when there is none. A plain loop: mail has
 * a line end every few dozen bytes, and calling `indexOf` twice for each costs more than looking at the bytes.
 */
export function nextLineEnd(input: Buffer, from: number): number {
  for (let at = from; at < input.length; at += 1) {
    const byte = input[at];
    if (byte === CR || byte === LF) return at;
  }
  return input.length;
}
