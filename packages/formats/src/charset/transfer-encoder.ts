import { Buffer } from 'node:buffer';

/** Encoded characters per line, RFC 2045 §6.7 and §6.8. */
const LINE = 76;
const BASE64_LINE_BYTES = 57;
const HEX = '0123456789ABCDEF';

/** Base64 in lines of 76 characters, each ended with CRLF (RFC 2045 §6.8). */
export function encodeBase64Lines(bytes: Uint8Array): Uint8Array {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += BASE64_LINE_BYTES) {
    lines.push(data.toString('base64', at, Math.min(at + BASE64_LINE_BYTES, data.length)), '\r\n');
  }
  return Buffer.from(lines.join(''), 'latin1');
}

function isLiteral(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e && byte !== 0x3d;
}

/**
 * Quoted-printable for text with CRLF line ends (RFC 2045 §6.7). Blanks at line ends, a leading dot and a leading
 * `From ` are escaped, as transports may damage them.
 */
export function encodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out: string[] = [];
  let column = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x0d && bytes[i + 1] === 0x0a) {
      out.push('\r\n');
      column = 0;
      i++;
      continue;
    }
    const endsLine = i + 1 === bytes.length || (bytes[i + 1] === 0x0d && bytes[i + 2] === 0x0a);
    const isBlank = byte === 0x20 || byte === 0x09;
    const risky = column === 0 && (byte === 0x2e || (byte === 0x46 && bytes[i + 1] === 0x72));
    const literal = isBlank ? !endsLine : isLiteral(byte) && !risky;
    const text = literal ? String.fromCharCode(byte) : `=${HEX[byte >> 4] ?? ''}${HEX[byte & 15] ?? ''}`;
    if (column + text.length > LINE - 1) {
      out.push('=\r\n');
      column = 0;
    }
    out.push(text);
    column += text.length;
  }
  return Buffer.from(out.join(''), 'latin1');
}
