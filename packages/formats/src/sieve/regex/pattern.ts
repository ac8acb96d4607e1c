/** Whether a code point fits one place of a pattern. */
export type CharTest = (code: number) => boolean;

/** A POSIX extended regular expression as a tree. `max` null: any number. */
export type Pattern =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'start' | 'end' | 'empty' }
  | { readonly kind: 'group'; readonly index: number; readonly inner: Pattern }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly inner: Pattern; readonly min: number; readonly max: number | null };

/** Why a pattern cannot be used. */
export class PatternError extends Error {}

/** Highest count in `{m,n}` (POSIX RE_DUP_MAX). */
const mostRepeats = 255;
const mostNesting = 30;

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}\p{N}]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[\p{P}\p{S}]/u,
  print: /[^\p{C}]/u,
  graph: /[^\p{C}\s]/u,
  cntrl: /\p{Cc}/u,
  xdigit: /[0-9A-Fa-f]/,
};

/** The same test for a letter in either case. */
function anyCase(test: CharTest): CharTest {
  return code => {
    if (test(code)) return true;
    const text = String.fromCodePoint(code);
    return test(text.toLowerCase().codePointAt(0) ?? 0) || test(text.toUpperCase().codePointAt(0) ?? 0);
  };
}

class PatternParser {
  readonly #points: readonly number[];
  readonly #anyCase: boolean;
  #at = 0;
  groups = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#points = Array.from(text, character => character.codePointAt(0) ?? 0);
    this.#anyCase = ignoreCase;
  }

  parse(): Pattern {
    const pattern = this.#alternatives(0);
    if (this.#at < this.#points.length) throw new PatternError('parenthesis');
    return pattern;
  }

  #peek(character: string): boolean {
    return this.#points[this.#at] === character.codePointAt(0);
  }

  #take(character: string): boolean {
    if (!this.#peek(character)) return false;
    this.#at++;
    return true;
  }

  #next(): number {
    const code = this.#points[this.#at++];
    if (code === undefined) throw new PatternError('end');
    return code;
  }

  #alternatives(depth: number): Pattern {
    if (depth > mostNesting) throw new PatternError('nesting');
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'any', parts };
  }

  #sequence(depth: number): Pattern {
    const parts: Pattern[] = [];
    while (!this.#endsSequence(depth)) parts.push(this.#repeated(this.#atom(depth)));
    return parts.length === 0 ? { kind: 'empty' } : { kind: 'all', parts };
  }

  #endsSequence(depth: number): boolean {
    return this.#at >= this.#points.length || this.#peek('|') || (depth > 0 && this.#peek(')'));
  }

  #repeated(atom: Pattern): Pattern {
    let inner = atom;
    for (let count = 0; ; count++) {
      if (count > 3) throw new PatternError('repeats');
      if (this.#take('*')) inner = { kind: 'repeat', inner, min: 0, max: null };
      else if (this.#take('+')) inner = { kind: 'repeat', inner, min: 1, max: null };
      else if (this.#take('?')) inner = { kind: 'repeat', inner, min: 0, max: 1 };
      else if (this.#take('{')) inner = { kind: 'repeat', inner, ...this.#bounds() };
      else return inner;
    }
  }

  #bounds(): { readonly min: number; readonly max: number | null } {
    const min = this.#number();
    if (min === null) throw new PatternError('bounds');
    let max: number | null = min;
    if (this.#take(',')) max = this.#number();
    if (!this.#take('}') || (max !== null && max < min)) throw new PatternError('bounds');
    return { min, max };
  }

  #number(): number | null {
    let value: number | null = null;
    for (;;) {
      const digit = (this.#points[this.#at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return value;
      value = (value ?? 0) * 10 + digit;
      if (value > mostRepeats) throw new PatternError('bounds');
      this.#at++;
    }
  }

  #atom(depth: number): Pattern {
    const code = this.#next();
    switch (String.fromCodePoint(code)) {
      case '(': {
        const index = ++this.groups;
        const inner = this.#alternatives(depth + 1);
        if (!this.#take(')')) throw new PatternError('parenthesis');
        return { kind: 'group', index, inner };
      }
      case '[':
        return { kind: 'char', test: this.#set() };
      case '.':
        return { kind: 'char', test: () => true };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '*':
      case '+':
      case '?':
      case '{':
      case ')':
        throw new PatternError('nothing to repeat');
      case '\\': {
        const escaped = this.#next();
        // POSIX leaves \d and its like undefined, and a pattern must not mean something else elsewhere.
        if (/[\p{L}\p{N}]/u.test(String.fromCodePoint(escaped))) throw new PatternError('escape');
        return this.#char(one => one === escaped);
      }
      default:
        return this.#char(one => one === code);
    }
  }

  #char(test: CharTest): Pattern {
    return { kind: 'char', test: this.#anyCase ? anyCase(test) : test };
  }

  /** A bracket expression (POSIX §9.3.5): `]` first is itself, a range, a class `[:alpha:]`. */
  #set(): CharTest {
    const negated = this.#take('^');
    const tests: CharTest[] = [];
    for (let first = true; ; first = false) {
      if (!first && this.#take(']')) break;
      if (this.#peek('[') && this.#points[this.#at + 1] === 0x3a) tests.push(this.#class());
      else tests.push(this.#range());
    }
    const listed: CharTest = code => tests.some(test => test(code));
    // Neither case of a letter may be listed, so that case is looked through before the answer is turned around.
    const member = this.#anyCase ? anyCase(listed) : listed;
    return code => member(code) !== negated;
  }

  #class(): CharTest {
    this.#at += 2;
    let name = '';
    while (!this.#peek(':')) name += String.fromCodePoint(this.#next());
    this.#at++;
    const found = Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (!this.#take(']') || found === undefined) throw new PatternError('class');
    return code => found.test(String.fromCodePoint(code));
  }

  #range(): CharTest {
    const low = this.#next();
    if (!this.#peek('-') || this.#points[this.#at + 1] === 0x5d) return code => code === low;
    this.#at++;
    const high = this.#next();
    if (high < low) throw new PatternError('range');
    return code => code >= low && code <= high;
  }
}

/** A pattern and how many groups it has. Throws `PatternError`. */
export function parsePattern(
  text: string,
  ignoreCase: boolean,
): { readonly pattern: Pattern; readonly groups: number } {
  const parser = new PatternParser(text, ignoreCase);
  const pattern = parser.parse();
  return { pattern, groups: parser.groups };
}
