/** Most parameters of one command; more is not mail. */
const mostParameters = 32;

/** One esmtp-param (RFC 5321 §4.1.2): keyword in upper case, value as it stood, null without `=`. */
export interface Parameter {
  readonly keyword: string;
  readonly value: string | null;
}

/**
 * Reads the parameters behind a path: each one space (or more) and `keyword[=value]`. With `utf8`, values may hold UTF-8
 * (RFC 6531 §3.3). Null when they are not well-formed, a keyword comes twice, or there are more than 32.
 */
export function parseParameters(bytes: Buffer, start: number, utf8: boolean): Parameter[] | null {
  const parameters: Parameter[] = [];
  let position = start;
  while (position < bytes.length) {
    if (bytes[position] !== 0x20) return null;
    while (bytes[position] === 0x20) position += 1;
    if (position === bytes.length) break;
    const keywordStart = position;
    while (isKeywordByte(bytes[position], position === keywordStart)) position += 1;
    if (position === keywordStart) return null;
    const keyword = bytes.toString('latin1', keywordStart, position).toUpperCase();
    let value: string | null = null;
    if (bytes[position] === 0x3d) {
      const valueStart = position + 1;
      position = valueStart;
      while (isValueByte(bytes[position], utf8)) position += 1;
      if (position === valueStart) return null;
      value = bytes.toString('utf8', valueStart, position);
    }
    if (parameters.some(other => other.keyword === keyword) || parameters.length === mostParameters)
      return null;
    parameters.push({ keyword, value });
  }
  return parameters;
}

function isKeywordByte(byte: number | undefined, first: boolean): boolean {
  if (byte === undefined) return false;
  const letterOrDigit =
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return letterOrDigit || (!first && byte === 0x2d);
}

function isValueByte(byte: number | undefined, utf8: boolean): boolean {
  if (byte === undefined) return false;
  if (byte >= 0x80) return utf8;
  return byte > 0x20 && byte < 0x7f && byte !== 0x3d;
}
