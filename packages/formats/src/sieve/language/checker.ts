import { isExtension } from '../extensions.ts';
import type { SieveLimits } from '../limits.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';
import { Arguments, type Value } from './arguments.ts';
import type { CommandShape, Evaluate, Execute, Facts, Shape, TestShape, ValueKind } from './shape.ts';
import type { Argument, CommandNode, StringItem, TestNode } from './syntax.ts';
import { decodeEncodedCharacters, type Text, templateOf } from './text.ts';

/** A checked script, ready to run. */
export type Statement =
  | { readonly kind: 'command'; readonly at: Position; readonly execute: Execute }
  | {
      readonly kind: 'if';
      readonly at: Position;
      readonly branches: readonly { readonly test: Evaluate | null; readonly block: readonly Statement[] }[];
    }
  | {
      readonly kind: 'loop';
      readonly at: Position;
      readonly name: string | null;
      readonly block: readonly Statement[];
    };

/** What commands and tests there are, by name. */
export interface Vocabulary {
  readonly commands: ReadonlyMap<string, CommandShape>;
  readonly tests: ReadonlyMap<string, TestShape>;
}

/** Checks a parsed script against the shapes of its commands and tests and prepares them for running. */
export class Checker {
  readonly #vocabulary: Vocabulary;
  readonly #facts: Facts;
  readonly #required = new Set<string>();
  /** Names of the loops around, the innermost last. */
  readonly #loops: (string | null)[] = [];

  constructor(vocabulary: Vocabulary, limits: SieveLimits) {
    this.#vocabulary = vocabulary;
    this.#facts = {
      limits,
      has: extension => this.#required.has(extension),
      inLoop: name => (name === null ? this.#loops.length > 0 : this.#loops.includes(name)),
    };
  }

  /** Throws the first `SieveProblem`. */
  check(nodes: readonly CommandNode[]): Statement[] {
    let body = 0;
    for (const node of nodes) {
      if (node.name !== 'require') break;
      this.#require(node);
      body++;
    }
    return this.#block(nodes.slice(body));
  }

  #require(node: CommandNode): void {
    const [argument, surplus] = node.args;
    if (argument?.kind !== 'strings') {
      throw argument === undefined
        ? new SieveProblem('missing_argument', node.end, { name: 'require', expected: 'string list' })
        : new SieveProblem('wrong_type', argument.at, { name: 'require', expected: 'string list' });
    }
    if (surplus !== undefined) throw new SieveProblem('surplus_argument', surplus.at, { name: 'require' });
    this.#checkPlain(node);
    for (const { text, at } of argument.items) {
      if (!isExtension(text)) throw new SieveProblem('unknown_extension', at, { name: excerpt(text) });
      this.#required.add(text);
      // RFC 5435 §9.1 and others: what builds on another extension brings its grammar with it.
      if (text === 'vacation-seconds') this.#required.add('vacation');
    }
  }

  /** A command without tests and block. */
  #checkPlain(node: CommandNode): void {
    const [test] = node.tests;
    if (test !== undefined) throw new SieveProblem('test_count', test.at, { name: node.name, expected: 0 });
    if (node.block !== null) throw new SieveProblem('block_unwanted', node.end, { name: node.name });
  }

  #block(nodes: readonly CommandNode[]): Statement[] {
    const statements: Statement[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as CommandNode;
      if (node.name === 'if') {
        const rest = restOfIf(nodes, i);
        statements.push(this.#if(rest));
        i += rest.length - 1;
      } else if (node.name === 'foreverypart') statements.push(this.#loop(node));
      else statements.push(this.#command(node));
    }
    return statements;
  }

  #if(nodes: readonly CommandNode[]): Statement {
    const branches = nodes.map(node => {
      const [argument] = node.args;
      if (argument !== undefined)
        throw new SieveProblem('surplus_argument', argument.at, { name: node.name });
      const wanted = node.name === 'else' ? 0 : 1;
      if (node.tests.length !== wanted)
        throw new SieveProblem('test_count', node.tests[wanted]?.at ?? node.end, {
          name: node.name,
          expected: wanted,
        });
      if (node.block === null) throw new SieveProblem('block_wanted', node.end, { name: node.name });
      const [test] = node.tests;
      return { test: test === undefined ? null : this.#test(test), block: this.#block(node.block) };
    });
    return { kind: 'if', at: nodes[0]?.at ?? { line: 1, column: 1 }, branches };
  }

  /** `foreverypart` (RFC 5703 §3): the one command beside `if` that has a block. */
  #loop(node: CommandNode): Statement {
    return this.#lenient<Statement>(
      () => {
        const args = this.#arguments(foreverypart, node);
        const [test] = node.tests;
        if (test !== undefined)
          throw new SieveProblem('test_count', test.at, { name: node.name, expected: 0 });
        if (node.block === null) throw new SieveProblem('block_wanted', node.end, { name: node.name });
        const max = this.#facts.limits.loops;
        if (this.#loops.length >= max) throw new SieveProblem('too_many_loops', node.at, { max });
        const name = args.constant('name');
        this.#loops.push(name);
        const block = this.#block(node.block);
        this.#loops.pop();
        return { kind: 'loop', at: node.at, name, block };
      },
      problem => ({ kind: 'command', at: node.at, execute: () => raise(problem) }),
    );
  }

  #command(node: CommandNode): Statement {
    if (node.name === 'require') throw new SieveProblem('require_not_first', node.at);
    if (node.name === 'elsif' || node.name === 'else')
      throw new SieveProblem('else_without_if', node.at, { name: node.name });
    const shape = this.#vocabulary.commands.get(node.name);
    return this.#lenient<Statement>(
      () => {
        if (shape === undefined)
          throw new SieveProblem('unknown_command', node.at, { name: excerpt(node.name) });
        this.#checkPlain(node);
        const args = this.#arguments(shape, node);
        return { kind: 'command', at: node.at, execute: shape.prepare(args, this.#facts) };
      },
      problem => ({ kind: 'command', at: node.at, execute: () => raise(problem) }),
    );
  }

  #test(node: TestNode): Evaluate {
    const shape = this.#vocabulary.tests.get(node.name);
    return this.#lenient(
      () => {
        if (shape === undefined)
          throw new SieveProblem('unknown_test', node.at, { name: excerpt(node.name) });
        this.#checkTests(shape, node);
        const args = this.#arguments(shape, node);
        if (shape.name === 'ihave') this.#enable(args);
        const tests = node.tests.map(test => this.#test(test));
        const evaluate = shape.prepare(args, this.#facts, tests);
        return run => {
          run.step(node.at);
          return evaluate(run);
        };
      },
      problem => () => raise(problem),
    );
  }

  #checkTests(shape: TestShape, node: TestNode): void {
    const { tests } = node;
    const wanted = shape.tests ?? 'none';
    const fits = wanted === 'many' ? tests.length > 0 : tests.length === (wanted === 'one' ? 1 : 0);
    if (fits) return;
    const at = tests[wanted === 'one' ? 1 : 0]?.at ?? node.end;
    throw new SieveProblem('test_count', at, { name: node.name, expected: wanted === 'none' ? 0 : 1 });
  }

  /** RFC 5463 §4: what `ihave` asked for and found may be used from here on. */
  #enable(args: Arguments): void {
    const names = args.texts(0).map(text => (text.kind === 'constant' ? text.value : ''));
    if (names.every(isExtension)) for (const name of names) this.#required.add(name);
  }

  /** RFC 5463 §4: with `ihave` what is not known is only an error when it is executed. */
  #lenient<T>(work: () => T, later: (problem: SieveProblem) => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SieveProblem) || !this.#required.has('ihave') || !unknown.has(error.code))
        throw error;
      return later(error);
    }
  }

  #arguments(shape: Shape, node: TestNode): Arguments {
    this.#requireOne(shape.requires, node.name, node.at);
    const tags = new Map<string, Value | null>();
    const positional: Value[] = [];
    const groups = new Map<string, string>();
    const kinds = shape.positional ?? [];
    const queue = node.args;
    for (let i = 0; i < queue.length; i++) {
      const argument = queue[i] as Argument;
      if (argument.kind !== 'tag') {
        positional.push(this.#value(argument));
        continue;
      }
      const { name, at } = argument;
      const tag = shape.tags?.[name];
      if (tag === undefined || !Object.hasOwn(shape.tags ?? {}, name))
        throw new SieveProblem('unknown_tag', at, { tag: excerpt(name), name: node.name });
      if (tag.requires !== undefined) this.#requireOne(tag.requires, `:${name}`, at);
      if (tags.has(name)) throw new SieveProblem('tag_twice', at, { tag: name });
      if (tag.group !== undefined) {
        const other = groups.get(tag.group);
        if (other !== undefined) throw new SieveProblem('tag_conflict', at, { tag: name, other });
        groups.set(tag.group, name);
      }
      if (tag.value === undefined) {
        tags.set(name, null);
        continue;
      }
      const next = queue[++i];
      if (next === undefined || next.kind === 'tag')
        throw new SieveProblem('tag_value', next?.at ?? node.end, { tag: name, expected: tag.value });
      const value = this.#value(next);
      requireKind(value, next, tag.value, `:${name}`);
      tags.set(name, value);
    }
    const atEnd = shape.optionalAt === 'end';
    const least = kinds.length - (shape.optional ?? 0);
    if (positional.length < least) {
      const expected = kinds[positional.length + (atEnd ? 0 : (shape.optional ?? 0))] ?? 'string';
      throw new SieveProblem('missing_argument', node.end, { name: node.name, expected });
    }
    if (positional.length > kinds.length)
      throw new SieveProblem('surplus_argument', positional[kinds.length]?.at ?? node.at, {
        name: node.name,
      });
    const given = queue.filter((argument, i) => argument.kind !== 'tag' && !follows(queue, i, shape));
    for (const [i, value] of positional.entries()) {
      const kind = kinds[atEnd ? i : kinds.length - positional.length + i] ?? 'string';
      requireKind(value, given[i] as Argument, kind, node.name);
    }
    return new Arguments(node.name, node.at, tags, positional, atEnd ? positional.length : kinds.length);
  }

  #requireOne(extension: string | readonly string[] | null, name: string, at: Position): void {
    if (extension === null) return;
    const names = typeof extension === 'string' ? [extension] : extension;
    if (!names.some(one => this.#required.has(one)))
      throw new SieveProblem('missing_require', at, { extension: names[0] ?? '', name });
  }

  #value(argument: Argument): Value {
    if (argument.kind === 'number') return argument;
    if (argument.kind === 'tag') return { kind: 'strings', items: [], at: argument.at };
    return { kind: 'strings', items: argument.items.map(item => this.#text(item)), at: argument.at };
  }

  #text({ text, at }: StringItem): Text {
    const plain = this.#required.has('encoded-character') ? decodeEncodedCharacters(text, at) : text;
    if (!this.#required.has('variables')) return { kind: 'constant', value: plain, at };
    return templateOf(plain, at, this.#required.has('include'));
  }
}

const foreverypart: Shape = {
  name: 'foreverypart',
  requires: 'foreverypart',
  rfc: '5703 §3',
  tags: { name: { value: 'string' } },
};

const unknown: ReadonlySet<string> = new Set([
  'unknown_command',
  'unknown_test',
  'unknown_tag',
  'missing_require',
]);

function raise(problem: SieveProblem): never {
  throw new SieveProblem('run_not_available', problem.position, {
    name: problem.fields['extension'] ?? problem.fields['tag'] ?? problem.fields['name'] ?? '',
  });
}

/** Whether the argument at `i` is the value of the tag before it. */
function follows(queue: readonly Argument[], i: number, shape: Shape): boolean {
  const before = queue[i - 1];
  return before?.kind === 'tag' && shape.tags?.[before.name]?.value !== undefined;
}

function requireKind(value: Value, argument: Argument, kind: ValueKind, name: string): void {
  const fits =
    kind === 'number'
      ? value.kind === 'number'
      : value.kind === 'strings' && (kind === 'strings' || (argument.kind === 'strings' && !argument.list));
  if (!fits) throw new SieveProblem('wrong_type', value.at, { name, expected: kind });
}

/** The `if` at `start` with its `elsif` and `else`. */
function restOfIf(nodes: readonly CommandNode[], start: number): CommandNode[] {
  let end = start + 1;
  while (nodes[end]?.name === 'elsif') end++;
  if (nodes[end]?.name === 'else') end++;
  return nodes.slice(start, end);
}
