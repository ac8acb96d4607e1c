import {
  type Static,
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
  type TUnsafe,
  Type,
} from 'typebox';

/**
 * An object of exactly these properties. Every object of the API is one: what is not named is refused in requests and
 * never leaves in answers.
 */
export function object<Properties extends TProperties>(
  properties: Properties,
  options: { readonly description?: string } = {},
): TObject<Properties> {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** Keyword by which `openapi` tells a schema that has a name in `components.schemas`. */
export const nameKeyword = 'x-hongyan-name';

/**
 * Gives a schema a type and a name of its own: several operations can share it, and the OpenAPI document says it once.
 *
 * @example
 * export const memberSchema: TUnsafe<Member> = named<Member>('Member')(object({ id: Type.Integer() }));
 */
export function named<T>(
  name: string,
): <Schema extends TSchema>(
  schema: Schema,
) => Static<Schema> extends T ? TUnsafe<T> : 'the schema does not fit' {
  return schema => Type.Unsafe<T>({ ...schema, [nameKeyword]: name }) as never;
}

/** A schema or null. */
export function nullable<Schema extends TSchema>(schema: Schema): TUnsafe<Static<Schema> | null> {
  return Type.Unsafe<Static<Schema> | null>(Type.Union([schema, Type.Null()]));
}

/** One of some words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  options: { readonly description?: string } = {},
): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });
}

/** A moment, RFC 3339 in UTC. */
export function moment(description = 'RFC 3339'): TUnsafe<string> {
  return Type.Unsafe<string>({ type: 'string', format: 'date-time', description });
}

/** A number that the server gave to something. */
export function identifier(description: string): TUnsafe<number> {
  return Type.Unsafe<number>({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });
}

/** What a list answers. `next` is the cursor of the next page, null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  /** How many there are in all pages, where that is cheap to say. */
  readonly total?: number;
}

/** Schema of a page of `items`. */
export function pageOf<Item extends TSchema>(items: Item): TUnsafe<Page<Static<Item>>> {
  const list: TArray<Item> = Type.Array(items);
  return Type.Unsafe<Page<Static<Item>>>(
    object({
      items: list,
      next: Type.Union([Type.String(), Type.Null()], {
        description: 'Cursor of the next page; null on the last',
      }),
      total: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Number of all entries, where it is cheap to tell' }),
      ),
    }),
  );
}

/** Query parameters of every list. Spread them beside the filters: `query: object({ ...paging, q: … })`. */
export const paging: { readonly limit: TOptional<TInteger>; readonly cursor: TOptional<TString> } = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'Entries of a page; 50 when left out' }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 1_000,
      description: '`next` of the page before; the filters must stay the same',
    }),
  ),
};
