import type { SieveLimits } from '../limits.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';
import { Lexer, type Punctuation, type Token } from './lexer.ts';
import type { Argument, CommandNode, StringItem, TestNode } from './syntax.ts';

function shown(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of script';
    case 'number':
      return String(token.value);
    case 'string':
      return `"${excerpt(token.text)}"`;
    case 'tag':
      return `:${excerpt(token.text)}`;
    default:
      return excerpt(token.text);
  }
}

class Parser {
  readonly #lexer: Lexer;
  readonly #limits: SieveLimits;
  #token: Token;
  #nodes = 0;

  constructor(text: string, limits: SieveLimits) {
    this.#lexer = new Lexer(text, limits);
    this.#limits = limits;
    this.#token = this.#lexer.next();
  }

  script(): CommandNode[] {
    const commands: CommandNode[] = [];
    while (this.#token.kind !== 'end') commands.push(this.#command(1));
    return commands;
  }

  #advance(): void {
    this.#token = this.#lexer.next();
  }

  #fail(): never {
    throw new SieveProblem('unexpected', this.#token.at, { found: shown(this.#token) });
  }

  #at(text: Punctuation): boolean {
    return this.#token.kind === 'punctuation' && this.#token.text === text;
  }

  #take(text: Punctuation): boolean {
    if (!this.#at(text)) return false;
    this.#advance();
    return true;
  }

  #expect(text: Punctuation): void {
    if (!this.#take(text)) this.#fail();
  }

  #enter(depth: number, at: Position): void {
    const { nesting, nodes } = this.#limits;
    if (depth > nesting) throw new SieveProblem('nested_too_deep', at, { max: nesting });
    if (++this.#nodes > nodes) throw new SieveProblem('too_many_commands', at, { max: nodes });
  }

  #command(depth: number): CommandNode {
    const node = this.#node(depth);
    if (this.#take(';')) return { ...node, block: null };
    if (!this.#take('{')) this.#fail();
    const block: CommandNode[] = [];
    while (!this.#at('}')) {
      if (this.#token.kind === 'end') this.#fail();
      block.push(this.#command(depth + 1));
    }
    this.#advance();
    return { ...node, block };
  }

  /** What commands and tests have in common: identifier, arguments, tests. */
  #node(depth: number): TestNode {
    if (this.#token.kind !== 'identifier') this.#fail();
    const { text: name, at } = this.#token;
    this.#enter(depth, at);
    this.#advance();
    const args: Argument[] = [];
    for (let arg = this.#argument(); arg !== null; arg = this.#argument()) args.push(arg);
    const tests = this.#tests(depth + 1);
    return { name, at, args, tests, end: this.#token.at };
  }

  #tests(depth: number): TestNode[] {
    if (this.#token.kind === 'identifier') return [this.#node(depth)];
    if (!this.#take('(')) return [];
    const tests = [this.#node(depth)];
    while (this.#take(',')) tests.push(this.#node(depth));
    this.#expect(')');
    return tests;
  }

  #argument(): Argument | null {
    const token = this.#token;
    switch (token.kind) {
      case 'tag':
        this.#advance();
        return { kind: 'tag', name: token.text, at: token.at };
      case 'number':
        this.#advance();
        return { kind: 'number', value: token.value, at: token.at };
      case 'string':
        this.#advance();
        return { kind: 'strings', items: [token], list: false, at: token.at };
      default:
        return this.#at('[') ? this.#list() : null;
    }
  }

  #list(): Argument {
    const { at } = this.#token;
    const items: StringItem[] = [];
    const max = this.#limits.listLength;
    this.#advance();
    if (this.#take(']')) return { kind: 'strings', items, list: true, at };
    do {
      if (this.#token.kind !== 'string') this.#fail();
      items.push({ text: this.#token.text, at: this.#token.at });
      if (items.length > max) throw new SieveProblem('list_too_long', this.#token.at, { max });
      this.#advance();
    } while (this.#take(','));
    this.#expect(']');
    return { kind: 'strings', items, list: true, at };
  }
}

/** Parses a script by the grammar of RFC 5228 §8.2. Throws `SieveProblem` and nothing else. Linear in the script. */
export function parseScript(text: string, limits: SieveLimits): CommandNode[] {
  return new Parser(text, limits).script();
}
