/** A property of a result (RFC 8601 §2.2, propspec). */
export interface ResultProperty {
  /** `smtp`, `header`, `body` or `policy`. */
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

/** One result of an Authentication-Results field (RFC 8601 §2.2, resinfo). */
export interface MethodResult {
  readonly method: string;
  readonly result: string;
  readonly reason: string | null;
  readonly properties: readonly ResultProperty[];
}

export interface AuthenticationResults {
  /** Who checked, as written. */
  readonly server: string;
  /** Empty for `none`. */
  readonly results: readonly MethodResult[];
}

/** Most characters and results of one field that are read. */
export const resultsLimits: Readonly<Record<'characters' | 'results' | 'properties', number>> = {
  characters: 16 * 1024,
  results: 100,
  properties: 20,
};

/** Reads the value of an Authentication-Results field (RFC 8601 §2.2), unfolded or not; null when it breaks the grammar. */
export function parseResults(value: string): AuthenticationResults | null {
  if (value.length > resultsLimits.characters) return null;
  const scanner = new Scanner(value);
  const server = scanner.value();
  if (server === null || server === '') return null;
  scanner.number();
  if (!scanner.take(';')) return null;
  const results: MethodResult[] = [];
  do {
    if (scanner.atEnd()) break;
    const result = resultOf(scanner);
    if (result === 'none' && results.length === 0 && scanner.atEnd()) return { server, results };
    if (result === null || result === 'none' || results.length >= resultsLimits.results) return null;
    results.push(result);
  } while (scanner.take(';'));
  return scanner.atEnd() && results.length > 0 ? { server, results } : null;
}

function resultOf(scanner: Scanner): MethodResult | 'none' | null {
  const method = scanner.keyword();
  if (method === '') return null;
  if (scanner.take('/') && !scanner.number()) return null;
  if (!scanner.take('=')) return method === 'none' ? 'none' : null;
  const result = scanner.keyword();
  if (result === '') return null;
  let reason: string | null = null;
  const properties: ResultProperty[] = [];
  for (;;) {
    const type = scanner.keyword();
    if (type === '') return { method, result, reason, properties };
    const name = scanner.take('.') ? scanner.keyword() : null;
    if (!scanner.take('=') || name === '') return null;
    const value = scanner.value();
    if (value === null || properties.length >= resultsLimits.properties) return null;
    if (name !== null) properties.push({ type, name, value });
    else if (type === 'reason' && reason === null) reason = value;
    else return null;
  }
}

/** Tokens of the field; every one may have comments and white space before it. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  take(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Letters, digits, hyphen and underscore, in lower case; empty for none. */
  keyword(): string {
    this.#skip();
    const from = this.#at;
    while (isKeyword(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#text.slice(from, this.#at).toLowerCase();
  }

  number(): boolean {
    this.#skip();
    const from = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#at > from;
  }

  /** A word, a quoted string, or an address whose local part may be quoted; null for a broken one. */
  value(): string | null {
    this.#skip();
    let value = '';
    if (this.#text[this.#at] === '"') {
      const quoted = this.#quoted();
      if (quoted === null) return null;
      value = quoted;
      if (this.#text[this.#at] !== '@') return value;
    }
    const from = this.#at;
    while (this.#at < this.#text.length && !endsWord(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return value + this.#text.slice(from, this.#at);
  }

  #quoted(): string | null {
    let value = '';
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      let character = this.#text.charAt(at);
      if (character === '"') {
        this.#at = at + 1;
        return value;
      }
      if (character === '\\') {
        at += 1;
        character = this.#text.charAt(at);
      }
      if (character !== '\r' && character !== '\n') value += character;
    }
    return null;
  }

  #skip(): void {
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text.charAt(this.#at);
      if (character === '(') depth += 1;
      else if (depth > 0) {
        if (character === ')') depth -= 1;
        else if (character === '\\') this.#at += 1;
      } else if (!isSpace(this.#text.charCodeAt(this.#at))) return;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isKeyword(code: number): boolean {
  const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return letter || isDigit(code) || code === 0x2d || code === 0x5f;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

function endsWord(code: number): boolean {
  return isSpace(code) || code === 0x3b || code === 0x28 || code === 0x22;
}

/** Writes the payload (RFC 8601 §2.2), one result a line; also what an ARC-Authentication-Results field holds. */
export function formatResults({ server, results }: AuthenticationResults): string {
  if (results.length === 0) return `${server}; none`;
  return [server, ...results.map(formatResult)].join(';\r\n\t');
}

function formatResult({ method, result, reason, properties }: MethodResult): string {
  const items = [`${method}=${result}`];
  if (reason !== null && reason !== '') items.push(`reason=${quote(reason)}`);
  for (const { type, name, value } of properties) items.push(`${type}.${name}=${formatValue(value)}`);
  return items.join(' ');
}

/** A value as a word where it can be one, else quoted, so that nothing in it can end the result. */
function formatValue(value: string): string {
  return /^[A-Za-z0-9.!#$%&'*+^_`{|}~@-]+$/.test(value) && value.length <= 320 ? value : quote(value);
}

function quote(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 320);
  return `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
