/** Decodes base64 strictly (RFC 4648 §4, canonical padding), as SASL exchanges want it. Null for anything else. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
