/** Line numbers, from 1, of the keys and headers of a TOML document, by path: `listen.smtp`, `relay.routes.0.host`. */
export type TomlLines = ReadonlyMap<string, number>;

/** Joins a path so that keys with dots in quotes stay apart from nested ones. */
export function tomlPath(keys: readonly (string | number)[]): string {
  return keys.map(key => String(key).replaceAll('.', '\\.')).join('.');
}

/**
 * Finds the line of every key of a document that a TOML parser has accepted already. It only has to know where strings,
 * comments and brackets end; what the parser checks is not checked again.
 */
export function tomlLines(source: string): TomlLines {
  return new Scanner(source).scan();
}

class Scanner {
  readonly #source: string;
  readonly #lines = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #at = 0;
  #line = 1;
  #table: (string | number)[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  scan(): TomlLines {
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#source.length) return this.#lines;
      if (this.#peek() === '[') this.#header();
      else this.#assignment(this.#table);
    }
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #next(): string {
    const character = this.#source.charAt(this.#at);
    this.#at += 1;
    if (character === '\n') this.#line += 1;
    return character;
  }

  /** Spaces and comments; with `lines` also line ends. */
  #skipBlank(lines: boolean): void {
    while (this.#at < this.#source.length) {
      const character = this.#peek();
      if (character === '#') {
        while (this.#at < this.#source.length && this.#peek() !== '\n') this.#at += 1;
      } else if (character === ' ' || character === '\t' || (lines && /[\r\n,]/.test(character)))
        this.#next();
      else return;
    }
  }

  #note(path: readonly (string | number)[], line: number): void {
    const name = tomlPath(path);
    if (!this.#lines.has(name)) this.#lines.set(name, line);
  }

  #header(): void {
    const line = this.#line;
    this.#next();
    const many = this.#peek() === '[';
    if (many) this.#next();
    const path: (string | number)[] = [];
    const keys = this.#keys();
    for (const [index, key] of keys.entries()) {
      path.push(key);
      const count = this.#counts.get(tomlPath(path));
      // A header below an array of tables belongs to its newest table.
      if (count !== undefined && !(many && index === keys.length - 1)) path.push(count - 1);
    }
    this.#note(path, line);
    if (many) {
      const name = tomlPath(path);
      const index = this.#counts.get(name) ?? 0;
      this.#counts.set(name, index + 1);
      path.push(index);
      this.#note(path, line);
    }
    while (this.#peek() === ']') this.#next();
    this.#table = path;
  }

  /** A dotted key, up to `=`, `]` or the end. */
  #keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#skipBlank(false);
      const character = this.#peek();
      if (character === '"' || character === "'") keys.push(this.#string());
      else {
        const start = this.#at;
        while (/[A-Za-z0-9_-]/.test(this.#peek())) this.#at += 1;
        if (this.#at === start) break;
        keys.push(this.#source.slice(start, this.#at));
      }
      this.#skipBlank(false);
      if (this.#peek() !== '.') break;
      this.#next();
    }
    return keys;
  }

  #assignment(table: readonly (string | number)[]): void {
    const line = this.#line;
    const path = [...table];
    for (const key of this.#keys()) {
      path.push(key);
      this.#note(path, line);
    }
    this.#skipBlank(false);
    // Also moves on over anything unexpected, so that scanning ends on any input.
    this.#next();
    this.#skipBlank(false);
    this.#value(path);
  }

  #value(path: readonly (string | number)[]): void {
    const character = this.#peek();
    if (character === '"' || character === "'") this.#string();
    else if (character === '[') this.#list(path);
    else if (character === '{') this.#inlineTable(path);
    else while (this.#at < this.#source.length && !/[\r\n,\]}#]/.test(this.#peek())) this.#at += 1;
  }

  #list(path: readonly (string | number)[]): void {
    this.#next();
    for (let index = 0; ; index += 1) {
      this.#skipBlank(true);
      if (this.#at >= this.#source.length) return;
      if (this.#peek() === ']') break;
      const before = this.#at;
      this.#note([...path, index], this.#line);
      this.#value([...path, index]);
      if (this.#at === before) this.#next();
    }
    this.#next();
  }

  #inlineTable(path: readonly (string | number)[]): void {
    this.#next();
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#source.length) return;
      if (this.#peek() === '}') break;
      this.#assignment(path);
    }
    this.#next();
  }

  /** Content of a string of any of the four kinds, escapes left as they are. */
  #string(): string {
    const quote = this.#peek();
    const triple = this.#source.startsWith(quote.repeat(3), this.#at);
    const end = triple ? quote.repeat(3) : quote;
    for (let i = 0; i < end.length; i += 1) this.#next();
    const start = this.#at;
    while (this.#at < this.#source.length && !this.#source.startsWith(end, this.#at)) {
      if (quote === '"' && this.#peek() === '\\') this.#next();
      this.#next();
    }
    const content = this.#source.slice(start, this.#at);
    for (let i = 0; i < end.length; i += 1) this.#next();
    // Up to two quotes may stand before the closing three.
    if (triple) while (this.#peek() === quote) this.#next();
    return content;
  }
}
