/** Longest reply line a parser takes: RFC 5321 §4.5.3.1.5 says 512, real servers are sometimes longer. */
export const longestReplyLine = 2048;
/** Most lines of one reply. */
const mostReplyLines = 128;

/** A whole reply (RFC 5321 §4.2, RFC 2034). */
export interface Reply {
  readonly code: number;
  /** Enhanced status code of the first line that has one, `5.1.1`; null without. */
  readonly enhanced: string | null;
  /** Text of each line, without the codes. */
  readonly lines: readonly string[];
}

/**
 * Renders a reply with its CRLFs. Each line gets the enhanced code (RFC 2034 §4). Control characters in texts
 * become `?`, so that nothing from outside can begin a reply line, and lines are cut at 512 octets.
 *
 * @example formatReply(250, '2.1.0', ['Sender ok']) // '250 2.1.0 Sender ok\r\n'
 */
export function formatReply(code: number, enhanced: string | null, lines: readonly string[]): string {
  const status = enhanced === null ? '' : `${enhanced} `;
  let text = '';
  for (const [index, line] of lines.entries()) {
    const last = index === lines.length - 1;
    text += `${code}${last ? ' ' : '-'}${status}${printable(line, 506 - status.length)}\r\n`;
  }
  return text;
}

function printable(text: string, longest: number): string {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === 0x7f) bytes[at] = 0x3f;
  }
  let end = Math.min(bytes.length, longest);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** Puts the lines of a server's reply together, one line at a time, for clients. */
export class ReplyParser {
  #code = 0;
  #enhanced: string | null = null;
  #lines: string[] = [];

  /**
   * Takes the next line without its line end. A reply when it was the last line, `more` when lines follow,
   * `invalid` when a server would not say so; the connection is then of no more use.
   */
  line(bytes: Buffer): Reply | 'more' | 'invalid' {
    const code = codeAt(bytes);
    const separator = bytes[3];
    const last = separator === undefined || separator === 0x20;
    if (code === 0 || bytes.length > longestReplyLine || (!last && separator !== 0x2d)) return 'invalid';
    if (this.#lines.length > 0 && code !== this.#code) return 'invalid';
    if (this.#lines.length === mostReplyLines) return 'invalid';
    const { enhanced, text } = splitEnhanced(code, bytes.toString('utf8', 4));
    this.#code = code;
    this.#enhanced ??= enhanced;
    this.#lines.push(text);
    if (!last) return 'more';
    const reply = { code, enhanced: this.#enhanced, lines: this.#lines };
    this.#enhanced = null;
    this.#lines = [];
    return reply;
  }
}

function codeAt(bytes: Buffer): number {
  const first = (bytes[0] ?? 0) - 0x30;
  const second = (bytes[1] ?? 0) - 0x30;
  const third = (bytes[2] ?? 0) - 0x30;
  if (first < 2 || first > 5 || second < 0 || second > 9 || third < 0 || third > 9) return 0;
  return first * 100 + second * 10 + third;
}

/** Takes an enhanced code off the text when its class fits the reply code (RFC 2034 §4, RFC 3463 §2). */
function splitEnhanced(code: number, text: string): { enhanced: string | null; text: string } {
  const found = /^([245])\.(\d{1,3})\.(\d{1,3})(?: |$)/.exec(text.slice(0, 16));
  if (found === null || Number(found[1]) !== Math.floor(code / 100)) return { enhanced: null, text };
  const [whole] = found;
  return { enhanced: whole.trimEnd(), text: text.slice(whole.length) };
}
