import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Config } from './config.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { configSchema } from './schema.ts';
import { type Kind, type Schema, type Setting, tomlName } from './setting.ts';
import { type TomlLines, tomlLines, tomlPath } from './toml-lines.ts';
import { describeFound, describeKind, readValue } from './value.ts';

/** Variables of the environment that go before the file. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Table = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Edit distance, for "did you mean"; bounded by the lengths of keys. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Every key there is, as it is written in full. */
function allKeys(schema: Schema, prefix = ''): string[] {
  return Object.entries(schema).flatMap(([key, entry]) => {
    const name = `${prefix}${tomlName(key)}`;
    return entry.setting ? [name] : allKeys(entry.keys, `${name}.`);
  });
}

/** The key that was probably meant: a near spelling beside it, or the same name in another section. */
function suggest(schema: Schema, path: Path): string | null {
  const written = String(path.at(-1)).slice(0, 64).toLowerCase().replaceAll('-', '_');
  const prefix = path.slice(0, -1).join('.');
  const near = Object.keys(schema)
    .map(key => ({ name: tomlName(key), far: distance(tomlName(key), written) }))
    .sort((a, b) => a.far - b.far)[0];
  if (near && near.far <= Math.max(2, Math.floor(written.length / 3))) {
    return prefix === '' ? near.name : `${prefix}.${near.name}`;
  }
  return allKeys(configSchema).find(key => key.split('.').at(-1) === written) ?? null;
}

class Loader {
  readonly problems: ConfigProblem[] = [];
  readonly #file: string;
  readonly #lines: TomlLines;

  constructor(file: string, lines: TomlLines) {
    this.#file = file;
    this.#lines = lines;
  }

  /** Values of a schema out of a table; what is wrong goes to `problems` and the default stands in. */
  section(schema: Schema, table: Table, path: Path): Table {
    const names = new Map(Object.keys(schema).map(key => [tomlName(key), key]));
    for (const name of Object.keys(table)) {
      if (!names.has(name)) this.#unknown(schema, [...path, name]);
    }
    const values: Record<string, unknown> = {};
    for (const [name, key] of names) {
      const entry = schema[key];
      const found = Object.hasOwn(table, name) ? table[name] : undefined;
      const here = [...path, name];
      if (!entry) continue;
      if (entry.setting) values[key] = this.#setting(entry, found, here);
      else if (found === undefined || isTable(found))
        values[key] = this.section(entry.keys, found ?? {}, here);
      else {
        this.#wrong({ type: 'table', keys: entry.keys }, found, here, `[${tomlPath(here)}]`);
        values[key] = {};
      }
    }
    return Object.freeze(values);
  }

  #setting(setting: Setting<unknown>, found: unknown, path: Path): unknown {
    if (found === undefined) {
      if (setting.fallback !== 'required') return setting.fallback.value;
      this.#problem(path.slice(0, -1), path, 'config.missing_key', () => ({
        key: tomlPath(path),
        example: `${path.at(-1)} = ${setting.example}`,
      }));
      return null;
    }
    const { kind } = setting;
    if (kind.type === 'table' && isTable(found)) return this.section(kind.keys, found, path);
    if (kind.type === 'tables' && Array.isArray(found) && found.every(isTable)) {
      return Object.freeze(found.map((table, index) => this.section(kind.keys, table, [...path, index])));
    }
    const read = readValue(kind, found);
    if (!read) {
      this.#wrong(kind, found, path, `${path.at(-1)} = ${setting.example}`);
      return setting.fallback === 'required' ? null : setting.fallback.value;
    }
    if (kind.type !== 'path' || typeof read.value !== 'string') return read.value;
    return resolve(dirname(this.#file), read.value);
  }

  #unknown(schema: Schema, path: Path): void {
    const suggestion = suggest(schema, path);
    this.#problem(path, path, suggestion === null ? 'config.unknown_key' : 'config.unknown_key_like', () => ({
      key: tomlPath(path),
      ...(suggestion !== null && { suggestion }),
    }));
  }

  #wrong(kind: Kind, found: unknown, path: Path, example: string): void {
    this.#problem(path, path, 'config.bad_value', phrases => ({
      key: tomlPath(path),
      found: describeFound(found, phrases),
      expected: describeKind(kind, tomlPath(path), phrases),
      example,
    }));
  }

  #problem(lineOf: Path, path: Path, phrase: ConfigProblem['phrase'], values: ConfigProblem['values']): void {
    const line = this.#lines.get(tomlPath(lineOf)) ?? null;
    this.problems.push({ file: this.#file, line, key: tomlPath(path), phrase, values });
  }
}

function parseToml(file: string, source: string): Table {
  try {
    return parse(source);
  } catch (error) {
    const toml = error instanceof TomlError ? error : null;
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    const line = toml?.line ?? null;
    throw new ConfigError([{ file, line, key: null, phrase: 'config.syntax', values: () => ({ reason }) }]);
  }
}

/** The configuration in `source`. Throws `ConfigError` with every problem found. `file` names it and anchors relative paths. */
export function parseConfig(file: string, source: string): Config {
  const table = parseToml(file, source);
  const loader = new Loader(file, tomlLines(source));
  const values = loader.section(configSchema, table, []);
  if (loader.problems.length > 0) throw new ConfigError(loader.problems);
  // The schema that was walked is the one `Config` is derived from.
  return values as unknown as Config;
}

/** What holds without a configuration file. */
export function defaultConfig(): Config {
  return parseConfig('', '');
}

function environmentInteger(environment: Environment, name: string, kind: Kind): number | null {
  const text = environment[name];
  if (text === undefined || text === '') return null;
  const read = /^[0-9]{1,9}$/.test(text) ? readValue(kind, Number(text)) : null;
  if (!read) {
    throw new ConfigError([
      {
        file: null,
        line: null,
        key: name,
        phrase: 'config.env_bad_value',
        values: phrases => ({ name, found: text.slice(0, 80), expected: describeKind(kind, name, phrases) }),
      },
    ]);
  }
  return Number(text);
}

/** Puts `HONGYAN_DATA` and `HONGYAN_PORT_OFFSET` before what the file says. */
export function applyEnvironment(config: Config, environment: Environment): Config {
  const data = environment['HONGYAN_DATA'];
  const offset = environmentInteger(environment, 'HONGYAN_PORT_OFFSET', configSchema.portOffset.kind);
  return Object.freeze({
    ...config,
    data: resolve(data === undefined || data === '' ? config.data : data),
    portOffset: offset ?? config.portOffset,
  });
}

/** The configuration of a file, or the defaults for null, with the environment. Throws `ConfigError`. */
export function loadConfig(file: string | null, environment: Environment): Config {
  if (file === null) return applyEnvironment(defaultConfig(), environment);
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      { file, line: null, key: null, phrase: 'config.cannot_read', values: () => ({ reason }) },
    ]);
  }
  return applyEnvironment(parseConfig(file, source), environment);
}
