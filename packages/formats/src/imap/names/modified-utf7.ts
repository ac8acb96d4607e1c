/** Modified base64 of RFC 3501 §5.1.3: `,` in place of `/`, no padding. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,';
const values = new Map<number, number>(Array.from(alphabet, (char, value) => [char.charCodeAt(0), value]));
const AMPERSAND = 0x26;
const DASH = 0x2d;

/** Encodes a mailbox name in modified UTF-7. Lone surrogates become U+FFFD. */
export function encodeModifiedUtf7(name: string): string {
  const text = name.toWellFormed();
  let out = '';
  let index = 0;
  while (index < text.length) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit <= 0x7e) {
      out += unit === AMPERSAND ? '&-' : (text[index] as string);
      index++;
      continue;
    }
    const start = index;
    while (index < text.length && !printable(text.charCodeAt(index))) index++;
    out += `&${encodeRun(text.slice(start, index))}-`;
  }
  return out;
}

function printable(unit: number): boolean {
  return unit >= 0x20 && unit <= 0x7e;
}

function encodeRun(run: string): string {
  const octets = Buffer.from(run, 'utf16le').swap16();
  return octets.toString('base64').replaceAll('/', ',').replaceAll('=', '');
}

/**
 * Decodes modified UTF-7. Null unless it is the one right spelling of a name: no 8-bit or control octets, shifts
 * closed, padding bits zero, nothing printable inside base64, surrogates paired, no shift right after another.
 */
export function decodeModifiedUtf7(octets: Uint8Array): string | null {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  let out = '';
  let index = 0;
  let shiftEnded = -1;
  while (index < bytes.length) {
    const octet = bytes[index] as number;
    if (!printable(octet)) return null;
    if (octet !== AMPERSAND) {
      const start = index;
      while (index < bytes.length && bytes[index] !== AMPERSAND && printable(bytes[index] as number)) index++;
      out += bytes.toString('latin1', start, index);
      continue;
    }
    const end = bytes.indexOf(DASH, index);
    if (end < 0) return null;
    if (end === index + 1) out += '&';
    else {
      if (shiftEnded === index) return null;
      const run = decodeRun(bytes.subarray(index + 1, end));
      if (run === null) return null;
      out += run;
      shiftEnded = end + 1;
    }
    index = end + 1;
  }
  return out;
}

function decodeRun(run: Buffer): string | null {
  const units: number[] = [];
  let bits = 0;
  let held = 0;
  for (const octet of run) {
    const value = values.get(octet);
    if (value === undefined) return null;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 16) continue;
    held -= 16;
    units.push((bits >> held) & 0xffff);
    bits &= (1 << held) - 1;
  }
  if (held >= 6 || bits !== 0 || units.length === 0) return null;
  if (units.some(unit => printable(unit))) return null;
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text.isWellFormed() ? text : null;
}
