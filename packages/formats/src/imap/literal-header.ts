/** A literal announced at the end of a line: `{size}`, `{size+}`, `~{size}`, `~{size+}` (RFC 9051 §4.3, RFC 7888, RFC 3516). */
export interface LiteralHeader {
  readonly size: number;
  /** The client waits for a continuation before it sends the octets. */
  readonly synchronizing: boolean;
  /** `~{`: NUL is allowed (literal8). */
  readonly binary: boolean;
  /** Where the header begins in the line, tilde included. */
  readonly start: number;
}

const maxDigits = 19;

/** The literal that `line` (without its line end) announces, or null. Looks at its last 23 octets only. */
export function literalHeader(line: Uint8Array): LiteralHeader | null {
  let at = line.length - 1;
  if (line[at] !== 0x7d) return null;
  at--;
  const synchronizing = line[at] !== 0x2b;
  if (!synchronizing) at--;
  const lastDigit = at;
  let size = 0;
  let weight = 1;
  while (at >= 0 && lastDigit - at < maxDigits) {
    const octet = line[at] as number;
    if (octet < 0x30 || octet > 0x39) break;
    size += (octet - 0x30) * weight;
    weight *= 10;
    at--;
  }
  if (at === lastDigit || line[at] !== 0x7b) return null;
  const binary = line[at - 1] === 0x7e;
  return {
    size: Math.min(size, Number.MAX_SAFE_INTEGER),
    synchronizing,
    binary,
    start: binary ? at - 1 : at,
  };
}
