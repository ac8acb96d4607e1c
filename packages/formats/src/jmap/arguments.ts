import { parseDate } from './date.ts';
import { isId } from './id.ts';
import { isArray, isObject, type Json, type JsonObject, own } from './json.ts';
import { invalidArgument } from './method-error.ts';

/**
 * Reads the arguments of a method call, or the members of an object inside them. A missing argument and null give the
 * default (RFC 8620 §3.5); a wrong type throws. `end` refuses what nobody asked for.
 *
 * @example
 * const args = new Arguments(call.arguments);
 * const ids = args.ids('ids');
 * args.end();
 */
export class Arguments {
  readonly object: JsonObject;
  readonly #asked = new Set<string>();
  readonly #failure: (name: string, why: string) => Error;

  /** `failure` makes the error that is thrown: `invalidArguments` unless told otherwise. */
  constructor(object: JsonObject, failure: (name: string, why: string) => Error = invalidArgument) {
    this.object = object;
    this.#failure = failure;
  }

  /** The error for argument `name`, for checks that go beyond the type. */
  fail(name: string, why: string): Error {
    return this.#failure(name, why);
  }

  /** The argument as it came; undefined when it is missing. */
  raw(name: string): Json | undefined {
    this.#asked.add(name);
    return own(this.object, name);
  }

  #given(name: string): Json {
    return this.raw(name) ?? null;
  }

  string(name: string): string | null {
    const value = this.#given(name);
    if (value === null || typeof value === 'string') return value;
    throw this.#failure(name, 'String expected');
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === null) throw this.#failure(name, 'missing');
    return value;
  }

  id(name: string): string | null {
    const value = this.string(name);
    if (value !== null && !isId(value)) throw this.#failure(name, 'Id expected');
    return value;
  }

  requiredId(name: string): string {
    const value = this.id(name);
    if (value === null) throw this.#failure(name, 'missing');
    return value;
  }

  boolean(name: string, fallback: boolean = false): boolean {
    const value = this.#given(name);
    if (value === null) return fallback;
    if (typeof value === 'boolean') return value;
    throw this.#failure(name, 'Boolean expected');
  }

  /** Int of RFC 8620 §1.3. */
  int(name: string): number | null {
    const value = this.#given(name);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw this.#failure(name, 'Int expected');
  }

  unsigned(name: string): number | null {
    const value = this.int(name);
    if (value !== null && value < 0) throw this.#failure(name, 'UnsignedInt expected');
    return value;
  }

  /** UTCDate as ms since the epoch. */
  utcDate(name: string): number | null {
    const text = this.string(name);
    if (text === null) return null;
    const value = parseDate(text, true);
    if (value === null) throw this.#failure(name, 'UTCDate expected');
    return value;
  }

  strings(name: string): readonly string[] | null {
    const value = this.#given(name);
    if (value === null) return null;
    if (isArray(value) && value.every(item => typeof item === 'string')) return value;
    throw this.#failure(name, 'String[] expected');
  }

  ids(name: string): readonly string[] | null {
    const value = this.strings(name);
    if (value?.some(item => !isId(item))) throw this.#failure(name, 'Id[] expected');
    return value;
  }

  nested(name: string): JsonObject | null {
    const value = this.#given(name);
    if (value === null || isObject(value)) return value;
    throw this.#failure(name, 'object expected');
  }

  /** `Id[Object]`, as pairs in the order given. */
  idMap(name: string): readonly (readonly [string, JsonObject])[] | null {
    const value = this.nested(name);
    if (value === null) return null;
    return Object.keys(value).map(key => {
      const item = own(value, key);
      if (!isId(key.startsWith('#') ? key.slice(1) : key) || !isObject(item)) {
        throw this.#failure(name, 'Id[Object] expected');
      }
      return [key, item] as const;
    });
  }

  /** `String[Boolean]` where every value is true: a set, as its members. */
  set(name: string): readonly string[] | null {
    const value = this.nested(name);
    if (value === null) return null;
    const members = Object.keys(value);
    if (members.some(key => own(value, key) !== true)) throw this.#failure(name, 'every value must be true');
    return members;
  }

  /** Throws for arguments that were never asked for (RFC 8620 §3.9). */
  end(): void {
    const surplus = Object.keys(this.object).find(key => !this.#asked.has(key));
    if (surplus !== undefined) throw this.#failure(surplus, 'unknown');
  }
}
