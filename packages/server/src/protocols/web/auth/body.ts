import { MailError } from '../../../platform/errors.ts';

/** Type of a member of a request body. A question mark lets it be missing. */
type Shape = Readonly<Record<string, 'string' | 'string?' | 'boolean?'>>;

type Read<S extends Shape> = {
  readonly [Key in keyof S]: S[Key] extends 'string'
    ? string
    : S[Key] extends 'string?'
      ? string | undefined
      : boolean | undefined;
};

/** Reads a JSON object of exactly these members, without converting anything; throws `input.invalid`. */
export function readBody<const S extends Shape>(body: unknown, shape: S): Read<S> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MailError('input.invalid', { field: 'body' });
  }
  const given = new Map<string, unknown>(Object.entries(body));
  for (const key of given.keys()) {
    if (!Object.hasOwn(shape, key)) throw new MailError('input.invalid', { field: key.slice(0, 100) });
  }
  for (const [key, type] of Object.entries(shape)) {
    const value = given.get(key);
    if (value === undefined && type.endsWith('?')) continue;
    if (typeof value !== type.replace('?', '')) throw new MailError('input.invalid', { field: key });
  }
  return Object.fromEntries(Object.keys(shape).map(key => [key, given.get(key)])) as Read<S>;
}
