import type { TObject, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type ErrorFields, MailError } from '../../../platform/errors.ts';

/** What is wrong with one place of a request. */
export interface InputProblem {
  /** JSON pointer into the body, or the name of a parameter. */
  readonly field: string;
  /** Stable name of the rule that is broken: `required`, `type`, `maxLength`, `unknown`… */
  readonly rule: string;
  /** The rule's value, where it has one: the longest length, the words allowed. */
  readonly limit?: string | number;
}

const maxProblems = 20;

/** A request that does not fit its schema: all that is wrong with it, as far as is useful. */
export class InputError extends MailError {
  readonly problems: readonly InputProblem[];

  constructor(where: 'path' | 'query' | 'body' | 'header', problems: readonly InputProblem[]) {
    const [first] = problems;
    const fields: ErrorFields = { in: where, ...(first && { field: first.field, rule: first.rule }) };
    super('input.invalid', fields);
    this.problems = problems;
  }
}

/** Checks values against a schema without converting anything. Make it once; what it takes is made at its first use. */
export class Checker {
  readonly #schema: TSchema;
  #compiled: Validator | null = null;

  constructor(schema: TSchema) {
    this.#schema = schema;
  }

  get #validator(): Validator {
    this.#compiled ??= Compile(this.#schema);
    return this.#compiled;
  }

  check(value: unknown): boolean {
    return this.#validator.Check(value);
  }

  /** Throws `InputError`. */
  require(value: unknown, where: 'path' | 'query' | 'body'): void {
    if (!this.#validator.Check(value)) throw new InputError(where, this.problems(value));
  }

  problems(value: unknown): InputProblem[] {
    const found = new Map<string, InputProblem>();
    for (const error of this.#validator.Errors(value)) {
      for (const problem of problemsOf(error)) {
        // Of several about one place the first says most: a missing property breaks `anyOf` around it, too.
        if (!found.has(problem.field)) found.set(problem.field, problem);
        if (found.size >= maxProblems) return [...found.values()];
      }
    }
    return [...found.values()];
  }
}

type ValidationError = ReturnType<Validator['Errors']>[number];

function problemsOf(error: ValidationError): InputProblem[] {
  const at = error.instancePath.slice(0, 300);
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map(name => ({ field: `${at}/${name}`, rule: 'required' }));
    case 'additionalProperties':
      return error.params.additionalProperties.map(name => ({
        field: `${at}/${name.slice(0, 100)}`,
        rule: 'unknown',
      }));
    case 'boolean':
      return [{ field: at, rule: 'unknown' }];
    case 'type':
      return [{ field: at, rule: 'type', limit: String(error.params.type) }];
    case 'enum':
      return [{ field: at, rule: 'enum', limit: error.params.allowedValues.map(String).join(', ') }];
    case 'format':
      return [{ field: at, rule: 'format', limit: error.params.format }];
    default: {
      const limit = 'limit' in error.params ? error.params.limit : undefined;
      const says = typeof limit === 'number' || typeof limit === 'string';
      return [{ field: at, rule: error.keyword, ...(says && { limit }) }];
    }
  }
}

interface PropertySchema {
  readonly type?: string;
  readonly items?: PropertySchema;
  readonly anyOf?: readonly PropertySchema[];
}

/**
 * Parameters of a path or a query are text: those that the schema calls integer, number or boolean are read as such,
 * arrays from repeated parameters. What cannot be read stays text, and the schema refuses it.
 */
export function readParameters(
  schema: TObject,
  given: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, unknown> {
  const properties = schema.properties as Readonly<Record<string, PropertySchema>>;
  const read: [string, unknown][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property?.type === 'array') {
      const list = Array.isArray(value) ? value : [value];
      read.push([name, list.map(item => readText(property.items, item))]);
    } else read.push([name, Array.isArray(value) ? value : readText(property, value)]);
  }
  return Object.fromEntries(read);
}

function readText(schema: PropertySchema | undefined, text: string): unknown {
  if ((schema?.type === 'integer' || schema?.type === 'number') && /^-?\d{1,16}$/.test(text))
    return Number(text);
  if (schema?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
