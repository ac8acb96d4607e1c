/** What a setting holds and how it is written in TOML. Sizes are bytes, durations ms once read. */
export type Kind =
  | { readonly type: 'text' }
  | { readonly type: 'path' }
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'port' }
  | { readonly type: 'size'; readonly min: number; readonly max: number }
  | { readonly type: 'duration'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'list'; readonly entry: Kind }
  | { readonly type: 'table'; readonly keys: Schema }
  | { readonly type: 'tables'; readonly keys: Schema };

/** One key of the configuration. `Value` is what the program gets; `example` and `written` are TOML. */
export interface Setting<Value> {
  readonly setting: true;
  readonly kind: Kind;
  /** `required`: the table that holds it cannot go without. */
  readonly fallback: { readonly value: Value } | 'required';
  /** How the default is written, for the reference page. */
  readonly written: string;
  readonly example: string;
  readonly doc: string;
}

/** A group of keys under one header. */
export interface Section<Keys> {
  readonly setting: false;
  readonly doc: string;
  readonly keys: Keys;
}

/** Keys in camel case; TOML has them in snake case. */
export interface Schema {
  readonly [key: string]: Setting<unknown> | Section<Schema>;
}

/** A schema that describes `Values`: a section for every plain object, a setting for everything else. */
export type SchemaFor<Values> = {
  readonly [Key in keyof Values]: Values[Key] extends readonly unknown[]
    ? Setting<Values[Key]>
    : Values[Key] extends object
      ? Section<SchemaFor<Values[Key]>>
      : Setting<Values[Key]>;
};

interface Words {
  readonly doc: string;
  /** TOML; the default, or a list with the default, when left out. */
  readonly example?: string;
}

/** `maxMessageSize` as TOML has it: `max_message_size`. */
export function tomlName(key: string): string {
  return key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

function make<Value>(kind: Kind, value: Value, written: string, words: Words): Setting<Value> {
  return {
    setting: true,
    kind,
    fallback: { value },
    written,
    example: words.example ?? written,
    doc: words.doc,
  };
}

export function section<Keys>(doc: string, keys: Keys): Section<Keys> {
  return { setting: false, doc, keys };
}

export function text(value: string, words: Words): Setting<string> {
  return make({ type: 'text' }, value, JSON.stringify(value), words);
}

export function optionalText(words: Words & { readonly example: string }): Setting<string | null> {
  return make<string | null>({ type: 'text' }, null, '', words);
}

/** Relative paths of a file are relative to the file. */
export function path(value: string, words: Words): Setting<string> {
  return make({ type: 'path' }, value, JSON.stringify(value), words);
}

export function optionalPath(words: Words & { readonly example: string }): Setting<string | null> {
  return make<string | null>({ type: 'path' }, null, '', words);
}

export function boolean(value: boolean, words: Words): Setting<boolean> {
  return make({ type: 'boolean' }, value, String(value), words);
}

export function integer(value: number, min: number, max: number, words: Words): Setting<number> {
  return make({ type: 'integer', min, max }, value, String(value), words);
}

/** `false` turns the service off, 0 lets the system choose. */
export function port(value: number | false, words: Words): Setting<number | false> {
  return make<number | false>({ type: 'port' }, value, String(value), words);
}

export const sizeUnits: readonly (readonly [name: string, bytes: number])[] = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['KB', 1024],
  ['B', 1],
];

export const durationUnits: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** A number with the largest unit that divides it. */
export function withUnit(value: number, units: readonly (readonly [string, number])[]): string {
  const [name, factor] = units.find(([, each]) => value !== 0 && value % each === 0) ??
    units.at(-1) ?? ['', 1];
  return `${value / factor} ${name}`;
}

export function size(value: number, min: number, max: number, words: Words): Setting<number> {
  return make({ type: 'size', min, max }, value, `"${withUnit(value, sizeUnits)}"`, words);
}

export function duration(value: number, min: number, max: number, words: Words): Setting<number> {
  return make({ type: 'duration', min, max }, value, `"${withUnit(value, durationUnits)}"`, words);
}

export function choice<const Choice extends string>(
  choices: readonly Choice[],
  value: NoInfer<Choice>,
  words: Words,
): Setting<Choice> {
  return make<Choice>({ type: 'choice', choices }, value, JSON.stringify(value), words);
}

export function texts(value: readonly string[], words: Words): Setting<readonly string[]> {
  const written = `[${value.map(entry => JSON.stringify(entry)).join(', ')}]`;
  return make({ type: 'list', entry: { type: 'text' } }, value, written, words);
}

export function choices<const Choice extends string>(
  all: readonly Choice[],
  value: readonly NoInfer<Choice>[],
  words: Words,
): Setting<readonly Choice[]> {
  const written = `[${value.map(entry => JSON.stringify(entry)).join(', ')}]`;
  return make<readonly Choice[]>(
    { type: 'list', entry: { type: 'choice', choices: all } },
    value,
    written,
    words,
  );
}

export function durations(value: readonly number[], words: Words): Setting<readonly number[]> {
  const written = `[${value.map(entry => `"${withUnit(entry, durationUnits)}"`).join(', ')}]`;
  const entry: Kind = { type: 'duration', min: 0, max: 366 * 86_400_000 };
  return make({ type: 'list', entry }, value, written, words);
}

/** A table that may be left out. */
export function optionalTable<Table>(
  keys: SchemaFor<Table> & Schema,
  words: Words & { readonly example: string },
): Setting<Table | null> {
  return make<Table | null>({ type: 'table', keys }, null, '', words);
}

/** Any number of tables, `[[…]]`. */
export function tables<Table>(
  keys: SchemaFor<Table> & Schema,
  words: Words & { readonly example: string },
): Setting<readonly Table[]> {
  return make<readonly Table[]>({ type: 'tables', keys }, [], '[]', words);
}

/** Makes a key one that its table cannot go without. */
export function required<Value>(setting: Setting<Value>): Setting<Value> {
  return { ...setting, fallback: 'required', written: '' };
}
