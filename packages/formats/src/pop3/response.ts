/** Longest first line of an answer in octets with its CRLF (RFC 2449 §4). */
export const responseBytes = 512;

/** First line of an answer as a client reads it. */
export interface Pop3Response {
  readonly ok: boolean;
  /** Extended response code without brackets (RFC 2449 §8), such as `IN-USE` or `SYS/TEMP`; null without. */
  readonly code: string | null;
  readonly text: string;
}

/** Writes the first line of an answer, cut to what RFC 2449 §4 allows. Control characters become spaces. */
export function formatResponse(ok: boolean, code: string | null, text: string): string {
  const status = ok ? '+OK' : '-ERR';
  const marked = code === null ? text : `[${code}] ${text}`;
  const line = clean(marked === '' ? status : `${status} ${marked}`);
  if (Buffer.byteLength(line) <= responseBytes - 2) return `${line}\r\n`;
  // A character that is cut through is dropped whole.
  const cut = Buffer.from(line).subarray(0, responseBytes - 2);
  return `${cut.toString('utf8').replace(/\uFFFD$/, '')}\r\n`;
}

function clean(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    result += code < 0x20 || code === 0x7f ? ' ' : character;
  }
  return result;
}

/** Reads the first line of an answer without its line end (RFC 1939 §3, RFC 2449 §3). Null when it is none. */
export function parseResponse(line: string): Pop3Response | null {
  const ok = hasStatus(line, '+OK');
  if (!ok && !hasStatus(line, '-ERR')) return null;
  const rest = line.slice(ok ? 4 : 5);
  const end = rest.startsWith('[') ? rest.indexOf(']') : -1;
  if (end === -1) return { ok, code: null, text: rest };
  return { ok, code: rest.slice(1, end), text: rest.slice(end + 1).trimStart() };
}

function hasStatus(line: string, status: string): boolean {
  return line.startsWith(status) && (line.length === status.length || line[status.length] === ' ');
}
