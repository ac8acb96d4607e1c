import type { SieveLimits } from '../limits.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';

/** A string of a script: constant, or with variables between its pieces (RFC 5229 §3). */
export type Text =
  | { readonly kind: 'constant'; readonly value: string; readonly at: Position }
  | { readonly kind: 'template'; readonly pieces: readonly Piece[]; readonly at: Position };

/** `match`: a match variable by its number. `global`: a variable of RFC 6609 §3.4.2. Names are in lower case. */
export type Piece =
  | string
  | { readonly kind: 'match'; readonly index: number }
  | { readonly kind: 'variable' | 'global'; readonly name: string };

/** Highest number of a match variable that is kept (RFC 5229 §3.2 asks for 9 at least). */
export const lastMatchVariable = 30;

const longestName = 64;
const identifier = /^[a-z_][a-z0-9_]*$/i;

/** The variable that a reference names, without its namespace; null when it is no name. */
export function variableName(text: string): string | null {
  return text.length <= longestName && identifier.test(text) ? text.toLowerCase() : null;
}

function pieceOf(reference: string, globals: boolean, at: Position): Piece | null {
  if (/^\d{1,6}$/.test(reference)) {
    const index = Number(reference);
    if (index > lastMatchVariable) throw new SieveProblem('bad_variable', at, { name: reference });
    return { kind: 'match', index };
  }
  const dot = reference.indexOf('.');
  if (dot === -1) {
    const name = variableName(reference);
    return name === null ? null : { kind: 'variable', name };
  }
  const name = variableName(reference.slice(dot + 1));
  if (name === null || variableName(reference.slice(0, dot)) === null) return null;
  if (globals && reference.slice(0, dot).toLowerCase() === 'global') return { kind: 'global', name };
  // RFC 5229 §3: a namespace that nothing required defines is an error.
  throw new SieveProblem('bad_variable', at, { name: excerpt(reference) });
}

/** Cuts a string at its variables; what is not a reference stays as it is (RFC 5229 §3). */
export function templateOf(text: string, at: Position, globals: boolean): Text {
  const pieces: Piece[] = [];
  let from = 0;
  let open = text.indexOf('${');
  while (open !== -1) {
    // Of several openings the last one before the brace counts.
    const close = text.indexOf('}', open);
    if (close === -1) break;
    const start = text.lastIndexOf('${', close);
    const piece =
      close - start > 2 * longestName + 3 ? null : pieceOf(text.slice(start + 2, close), globals, at);
    if (piece !== null) {
      if (start > from) pieces.push(text.slice(from, start));
      pieces.push(piece);
      from = close + 1;
    }
    open = text.indexOf('${', close + 1);
  }
  if (pieces.length === 0) return { kind: 'constant', value: text, at };
  if (from < text.length) pieces.push(text.slice(from));
  return { kind: 'template', pieces, at };
}

/** Replaces `${hex: …}` and `${unicode: …}` (RFC 5228 §2.4.2.4); anything else stays as it is. */
export function decodeEncodedCharacters(text: string, at: Position): string {
  let result = '';
  let from = 0;
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', open + 2)) {
    const close = text.indexOf('}', open);
    if (close === -1) break;
    const value = encodedValue(text.slice(open + 2, close), at);
    if (value === null) continue;
    result += text.slice(from, open) + value;
    from = close + 1;
  }
  return result + text.slice(from);
}

function encodedValue(content: string, at: Position): string | null {
  const colon = content.indexOf(':');
  const kind = content.slice(0, Math.max(colon, 0)).toLowerCase();
  if (kind !== 'hex' && kind !== 'unicode') return null;
  const numbers = content
    .slice(colon + 1)
    .split(/[ \t\r\n]/)
    .filter(word => word !== '');
  const valid = kind === 'hex' ? /^[0-9a-f]{1,2}$/i : /^[0-9a-f]{1,40}$/i;
  if (numbers.length === 0 || !numbers.every(word => valid.test(word))) return null;
  if (kind === 'unicode') return numbers.map(word => codePoint(word, at)).join('');
  const bytes = Uint8Array.from(numbers, word => Number.parseInt(word, 16));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SieveProblem('bad_encoded_character', at, { found: excerpt(content) });
  }
}

function codePoint(hex: string, at: Position): string {
  const value = Number.parseInt(hex, 16);
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    throw new SieveProblem('bad_encoded_character', at, { found: excerpt(hex) });
  return String.fromCodePoint(value);
}

/** The text of a script's octets. Throws `SieveProblem` when there are too many or they are not UTF-8. */
export function scriptText(bytes: Uint8Array, limits: SieveLimits): string {
  const start = { line: 1, column: 1 };
  if (bytes.length > limits.scriptBytes)
    throw new SieveProblem('too_large', start, { max: limits.scriptBytes });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SieveProblem('not_utf8', start);
  }
}
