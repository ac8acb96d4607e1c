import { WecomError } from './errors.ts';

const maxText = 10_000;
const maxList = 30_000;

/**
 * Parameters of a call: of the query for GET, of the JSON body for POST. Unknown ones are left alone, wrong types are
 * refused with 40035, as programs written for the original expect.
 */
export class Input {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  /** Throws `WecomError`. Only objects are bodies; an empty one has no parameters. */
  static ofBody(text: string): Input {
    if (text.trim() === '') return new Input(new Map());
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new WecomError('badParameter', 'invalid json');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new WecomError('badParameter', 'invalid json');
    }
    return new Input(new Map(Object.entries(value)));
  }

  has(name: string): boolean {
    return this.#values.get(name) !== undefined && this.#values.get(name) !== null;
  }

  text(name: string): string {
    return this.optionalText(name) ?? bad(name);
  }

  optionalText(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values.get(name);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value.length <= maxText ? value : bad(name);
  }

  /** Text that may be as long as the body. */
  longText(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : bad(name);
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? bad(name);
  }

  /** Numbers come as numbers, and as digits from some clients. */
  optionalInteger(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    return readInteger(this.#values.get(name)) ?? bad(name);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#list(name)?.map(value =>
      typeof value === 'string' && value.length <= 320 ? value : bad(name),
    );
  }

  integers(name: string): readonly number[] | undefined {
    return this.#list(name)?.map(value => readInteger(value) ?? bad(name));
  }

  objects(name: string): readonly Input[] | undefined {
    return this.#list(name)?.map(value =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? new Input(new Map(Object.entries(value)))
        : bad(name),
    );
  }

  /** The `list` inside an object: `email_list: { list: […] }`. */
  inner(name: string): Input {
    if (!this.has(name)) return new Input(new Map());
    const value = this.#values.get(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad(name);
    return new Input(new Map(Object.entries(value)));
  }

  #list(name: string): readonly unknown[] | undefined {
    if (!this.has(name)) return undefined;
    const value: unknown = this.#values.get(name);
    return Array.isArray(value) && value.length <= maxList ? (value as readonly unknown[]) : bad(name);
  }
}

function readInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

function bad(name: string): never {
  throw new WecomError('badParameter', `invalid parameter: ${name}`);
}
