/** Elements whose content is never text. */
const SILENT = new Set(['script', 'style', 'title', 'template', 'noscript']);
/** Elements that end a line. */
// biome-ignore format: a list of names reads best in rows
const BREAKING = new Set([
  'address', 'article', 'blockquote', 'br', 'dd', 'div', 'dl', 'dt', 'fieldset', 'footer', 'form', 'h1',
  'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'li', 'main', 'nav', 'ol', 'p', 'pre', 'section', 'table',
  'td', 'th', 'tr', 'ul',
]);

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['ensp', '\u2002'],
  ['emsp', '\u2003'],
  ['thinsp', '\u2009'],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['shy', '\u00ad'],
  ['copy', '\u00a9'],
  ['reg', '\u00ae'],
  ['trade', '\u2122'],
  ['hellip', '\u2026'],
  ['mdash', '\u2014'],
  ['ndash', '\u2013'],
  ['lsquo', '\u2018'],
  ['rsquo', '\u2019'],
  ['ldquo', '\u201c'],
  ['rdquo', '\u201d'],
  ['laquo', '\u00ab'],
  ['raquo', '\u00bb'],
  ['middot', '\u00b7'],
  ['bull', '\u2022'],
  ['yen', '\u00a5'],
  ['euro', '\u20ac'],
  ['times', '\u00d7'],
]);
const MAX_ENTITY = 12;

/** Replaces character references; unknown ones stay as written. */
export function decodeEntities(text: string): string {
  let at = text.indexOf('&');
  if (at < 0) return text;
  let out = '';
  let from = 0;
  while (at >= 0) {
    const end = text.slice(at, at + MAX_ENTITY).indexOf(';');
    const character = end < 2 ? null : readEntity(text.slice(at + 1, at + end));
    if (character !== null) {
      out += text.slice(from, at) + character;
      from = at + end + 1;
    }
    at = text.indexOf('&', Math.max(at + 1, from));
  }
  return out + text.slice(from);
}

function readEntity(name: string): string | null {
  if (!name.startsWith('#')) return ENTITIES.get(name) ?? null;
  const hex = name[1] === 'x' || name[1] === 'X';
  const digits = name.slice(hex ? 2 : 1);
  if (!(hex ? /^[0-9a-f]{1,6}$/i : /^[0-9]{1,7}$/).test(digits)) return null;
  const code = Number.parseInt(digits, hex ? 16 : 10);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return String.fromCodePoint(code);
}

/** End of the tag at `start`, quoted attribute values respected; the text's end when it is not closed. */
function tagEnd(html: string, start: number): number {
  let quote = '';
  for (let i = start; i < html.length; i++) {
    const character = html.charAt(i);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') {
      return i + 1;
    } else if ((character === '"' || character === "'") && html[i - 1] === '=') {
      quote = character;
    }
  }
  return html.length;
}

/**
 * Crude text of an HTML fragment for previews and search: tags removed, block elements become line breaks, scripts,
 * styles and comments dropped. Not a sanitiser: the result is text and must be escaped like any text.
 * @param limit stop soon after that many characters
 */
export function htmlToText(html: string, limit: number = Infinity): string {
  let out = '';
  let at = 0;
  while (at < html.length && out.length < limit) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      out += html.slice(at);
      break;
    }
    out += html.slice(at, open);
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      at = close < 0 ? html.length : close + 3;
      continue;
    }
    const name = /^\/?[a-z][a-z0-9]{0,15}/i.exec(html.slice(open + 1, open + 18))?.[0].toLowerCase();
    if (name === undefined && html[open + 1] !== '!' && html[open + 1] !== '?') {
      out += '<';
      at = open + 1;
      continue;
    }
    at = tagEnd(html, open + 1);
    if (name === undefined) continue;
    if (BREAKING.has(name.replace('/', ''))) out += '\n';
    if (SILENT.has(name)) at = skipSilent(html, name, at);
  }
  return decodeEntities(out);
}

/** Index of the end tag of an element whose content is dropped. */
function skipSilent(html: string, name: string, from: number): number {
  let at = html.indexOf('</', from);
  while (at >= 0) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at;
    at = html.indexOf('</', at + 2);
  }
  return html.length;
}
