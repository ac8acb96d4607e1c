import { Buffer } from 'node:buffer';
import type { VcardProperty } from './read.ts';

/** A TEXT value without its escapes (RFC 6350 §3.4). */
export function unescapeText(value: string): string {
  if (!value.includes('\\')) return value;
  let text = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char !== '\\' || at + 1 >= value.length) {
      text += char;
      continue;
    }
    at += 1;
    const next = value.charAt(at);
    text += next === 'n' || next === 'N' ? '\n' : next;
  }
  return text;
}

/** The parts of a value between separators that are not escaped, each unescaped. */
export function splitValue(value: string, separator: ';' | ','): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '\\') at += 1;
    else if (char === separator) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts.map(unescapeText);
}

/** A text with the escapes that a value needs. */
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(',', '\\,')
    .replaceAll(';', '\\;');
}

/** The value of a property with transfer encoding and charset of old cards undone. */
export function decodedValue({ parameters, value }: VcardProperty): string {
  const encodings = [...(parameters.get('ENCODING') ?? []), ...(parameters.get('TYPE') ?? [])];
  if (!encodings.some(one => one.toUpperCase() === 'QUOTED-PRINTABLE')) return value;
  const bytes: number[] = [];
  for (let at = 0; at < value.length; at += 1) {
    const hex = value.charAt(at) === '=' ? value.slice(at + 1, at + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else if (value.charAt(at) !== '=') {
      bytes.push(...Buffer.from(value.charAt(at)));
    }
  }
  const charset = parameters.get('CHARSET')?.[0] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(Uint8Array.from(bytes));
  } catch {
    return Buffer.from(bytes).toString('utf8');
  }
}

/** Values of TYPE, in lower case, however they are written. */
export function typesOf({ parameters }: VcardProperty): ReadonlySet<string> {
  const values = parameters.get('TYPE') ?? [];
  return new Set(values.flatMap(value => value.toLowerCase().split(',')));
}
