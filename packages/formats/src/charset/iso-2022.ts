import { Buffer } from 'node:buffer';

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const TILDE = 0x7e;
const LF = 0x0a;

/**
 * Rewrites HZ (RFC 1843) as GB 2312 in its 8-bit form: `~{`…`~}` brackets double-byte text, `~~` is a tilde,
 * `~` before a line end is a soft line break. A line end always returns to ASCII.
 */
export function hzToGbk(bytes: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let double = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const next = bytes[i + 1] ?? 0;
    if (byte === TILDE && !double && next === 0x7b) {
      double = true;
      i++;
    } else if (byte === TILDE && double && next === 0x7d) {
      double = false;
      i++;
    } else if (byte === TILDE && !double && next === TILDE) {
      out[length++] = TILDE;
      i++;
    } else if (byte === TILDE && !double && next === LF) {
      i++;
    } else if (double && byte > 0x20 && next > 0x20) {
      out[length++] = byte | 0x80;
      out[length++] = next | 0x80;
      i++;
    } else {
      if (byte === LF) double = false;
      out[length++] = byte;
    }
  }
  return out.subarray(0, length);
}

/** Rewrites ISO-2022-KR (RFC 1557) as EUC-KR: SO and SI switch between ASCII and KS X 1001. */
export function iso2022KrToEucKr(bytes: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === ESC && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29 && bytes[i + 3] === 0x43) {
      i += 3;
    } else if (byte === SHIFT_OUT) {
      shifted = true;
    } else if (byte === SHIFT_IN) {
      shifted = false;
    } else {
      if (byte === LF) shifted = false;
      out[length++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
    }
  }
  return out.subarray(0, length);
}
