import { excerpt, type Position, SieveProblem } from '../problem.ts';
import type { Text } from './text.ts';

export type Value = { readonly at: Position } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'strings'; readonly items: readonly Text[] }
);

/** The arguments of one command or test, in the kinds that its shape asks for. */
export class Arguments {
  readonly name: string;
  readonly at: Position;
  readonly #tags: ReadonlyMap<string, Value | null>;
  readonly #positional: readonly Value[];
  /** How many positional arguments the shape has; those left out are missing at the front. */
  readonly #width: number;

  constructor(
    name: string,
    at: Position,
    tags: ReadonlyMap<string, Value | null>,
    positional: readonly Value[],
    width: number,
  ) {
    this.name = name;
    this.at = at;
    this.#tags = tags;
    this.#positional = positional;
    this.#width = width;
  }

  has(tag: string): boolean {
    return this.#tags.has(tag);
  }

  /** The first of these tags that was given. */
  oneOf(tags: readonly string[]): string | null {
    return tags.find(tag => this.#tags.has(tag)) ?? null;
  }

  /** Value of a tag (by name) or positional argument (by number); null when it was not given. */
  #value(key: string | number): Value | null {
    if (typeof key === 'string') return this.#tags.get(key) ?? null;
    return this.#positional[key - (this.#width - this.#positional.length)] ?? null;
  }

  given(key: string | number): boolean {
    return this.#value(key) !== null;
  }

  placeOf(key: string | number): Position {
    return this.#value(key)?.at ?? this.at;
  }

  number(key: string | number): number | null {
    const value = this.#value(key);
    return value?.kind === 'number' ? value.value : null;
  }

  texts(key: string | number): readonly Text[] {
    const value = this.#value(key);
    return value?.kind === 'strings' ? value.items : [];
  }

  text(key: string | number): Text | null {
    return this.texts(key)[0] ?? null;
  }

  /** A positional string, which is there because the shape asks for it. */
  required(key: number): Text {
    return this.text(key) ?? { kind: 'constant', value: '', at: this.at };
  }

  /** A string that must not depend on variables. Throws `not_constant`. */
  constant(key: string | number): string | null {
    const text = this.text(key);
    return text === null ? null : constantOf(text);
  }

  fail(key: string | number, value: string): never {
    throw new SieveProblem('bad_value', this.placeOf(key), { value: excerpt(value), name: this.name });
  }
}

/** The value of a string without variables. Throws `not_constant`. */
export function constantOf(text: Text): string {
  if (text.kind !== 'constant') throw new SieveProblem('not_constant', text.at);
  return text.value;
}
