/** Decodes xtext (RFC 3461 §4): `+41` is `A`. Null when it is not xtext. */
export function decodeXtext(text: string): string | null {
  const bytes: number[] = [];
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code < 0x21 || code > 0x7e || code === 0x3d) return null;
    if (code === 0x2b) {
      const value = upperHex(text.charCodeAt(position + 1)) * 16 + upperHex(text.charCodeAt(position + 2));
      if (Number.isNaN(value)) return null;
      bytes.push(value);
      position += 2;
    } else bytes.push(code);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Encodes text as xtext; other than printable ASCII, `+` and `=` becomes `+XX` per UTF-8 octet. */
export function encodeXtext(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d;
    encoded += plain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function upperHex(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10;
  return Number.NaN;
}
