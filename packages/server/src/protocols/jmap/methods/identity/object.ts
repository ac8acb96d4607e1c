import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import type { EmailAddress } from '../../../../mailbox/emails/envelope.ts';
import type { Identity, IdentityText } from '../../../../mailbox/sending/identities.ts';

/** Properties of an Identity (RFC 8621 §6). */
export const identityProperties: ReadonlySet<string> = new Set([
  'id',
  'name',
  'email',
  'replyTo',
  'bcc',
  'textSignature',
  'htmlSignature',
  'mayDelete',
]);

/** Characters of a name, and of a signature. */
const maxName = 200;
const maxSignature = 64 * 1024;
const maxAddresses = 100;

/** The Identity object. */
export function identityObject(identity: Identity): JsonObject {
  const { id, mayDelete, replyTo, bcc, ...rest } = identity;
  const list = (people: readonly EmailAddress[] | null): Json =>
    people === null ? null : people.map(({ name, email }) => ({ name, email }));
  return { ...rest, id: printId('i', id), replyTo: list(replyTo), bcc: list(bcc), mayDelete };
}

/** Reads what a client may set; members that are missing are left out. Throws `invalidProperties`. */
export function readIdentity(object: JsonObject): Partial<IdentityText> {
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const change: { -readonly [Key in keyof IdentityText]?: IdentityText[Key] } = {};
  const has = (name: string): boolean => Object.hasOwn(object, name);
  const text = (name: 'name' | 'textSignature' | 'htmlSignature', max: number): void => {
    if (!has(name)) return;
    const value = args.string(name) ?? '';
    if (value.length > max) throw args.fail(name, 'too long');
    change[name] = value;
  };
  text('name', maxName);
  text('textSignature', maxSignature);
  text('htmlSignature', maxSignature);
  if (has('replyTo')) change.replyTo = addresses('replyTo', args.raw('replyTo') ?? null);
  if (has('bcc')) change.bcc = addresses('bcc', args.raw('bcc') ?? null);
  args.end();
  return change;
}

function addresses(name: string, value: Json): readonly EmailAddress[] | null {
  if (value === null) return null;
  if (!isArray(value) || value.length > maxAddresses) throw invalidProperties([name]);
  return value.map(item => {
    const email = isObject(item) ? own(item, 'email') : undefined;
    const title = isObject(item) ? (own(item, 'name') ?? null) : undefined;
    if (typeof email !== 'string' || (title !== null && typeof title !== 'string')) {
      throw invalidProperties([name]);
    }
    return { name: title, email };
  });
}
