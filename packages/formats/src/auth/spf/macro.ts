import { maxNameLength } from '../lookup.ts';

/** One piece of a macro-string (RFC 7208 §7.1). */
export type MacroPiece =
  | string
  | {
      /** Lower case. */
      readonly letter: string;
      /** Written in upper case: the value is escaped for a URL. */
      readonly escape: boolean;
      /** Right-hand labels that stay; null for all. */
      readonly labels: number | null;
      readonly reverse: boolean;
      readonly delimiters: string;
    };

const domainLetters = 'slodiphv';
const explanationLetters = 'crt';
const delimiterCharacters = '.-+,/_=';

/**
 * Reads a macro-string; null when it breaks the grammar. `explanation`: spaces and the letters c, r and t may stand in it
 * (RFC 7208 §7.2).
 */
export function parseMacros(text: string, explanation = false): MacroPiece[] | null {
  const pieces: MacroPiece[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character !== '%') {
      const code = text.charCodeAt(at);
      if (code > 0x7e || code < (explanation ? 0x20 : 0x21)) return null;
      literal += character;
      continue;
    }
    at += 1;
    const next = text.charAt(at);
    if (next === '%') literal += '%';
    else if (next === '_') literal += ' ';
    else if (next === '-') literal += '%20';
    else if (next === '{') {
      const end = text.indexOf('}', at);
      const macro = end < 0 ? null : parseMacro(text.slice(at + 1, end), explanation);
      if (macro === null) return null;
      if (literal !== '') pieces.push(literal);
      literal = '';
      pieces.push(macro);
      at = end;
    } else return null;
  }
  if (literal !== '') pieces.push(literal);
  return pieces;
}

function parseMacro(text: string, explanation: boolean): MacroPiece | null {
  const letter = text.charAt(0).toLowerCase();
  if (letter === '' || !(domainLetters + (explanation ? explanationLetters : '')).includes(letter))
    return null;
  let at = 1;
  while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
  const digits = text.slice(1, at);
  const labels = digits === '' ? null : Number(digits);
  if (labels === 0) return null;
  const reverse = text.charAt(at).toLowerCase() === 'r';
  const delimiters = text.slice(reverse ? at + 1 : at);
  for (const delimiter of delimiters) if (!delimiterCharacters.includes(delimiter)) return null;
  return {
    letter,
    escape: text.charAt(0) !== letter,
    labels,
    reverse,
    delimiters: delimiters === '' ? '.' : delimiters,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether the pieces ask for one of these letters. */
export function usesMacro(pieces: readonly MacroPiece[], letters: string): boolean {
  return pieces.some(piece => typeof piece !== 'string' && letters.includes(piece.letter));
}

/** Puts the values in (RFC 7208 §7.3). */
export function expandMacros(pieces: readonly MacroPiece[], value: (letter: string) => string): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    let parts: string[] = [''];
    for (const character of value(piece.letter)) {
      if (piece.delimiters.includes(character)) parts.push('');
      else parts[parts.length - 1] += character;
    }
    if (piece.reverse) parts.reverse();
    if (piece.labels !== null) parts = parts.slice(-piece.labels);
    const expanded = parts.join('.');
    text += piece.escape ? urlEscape(expanded) : expanded;
  }
  return text;
}

/** Everything but the unreserved characters of RFC 3986 §2.3 as %XX; a half surrogate, which has no octets, as `?`. */
function urlEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A name made by macros: without the final dot, shortened from the left until it fits (RFC 7208 §7.3). */
export function fitName(name: string): string {
  let fitting = name.endsWith('.') ? name.slice(0, -1) : name;
  while (fitting.length > maxNameLength) {
    const dot = fitting.indexOf('.');
    if (dot < 0) return fitting;
    fitting = fitting.slice(dot + 1);
  }
  return fitting.toLowerCase();
}
