import { randomUUID } from 'node:crypto';
import { type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { type ObjectKind, printObjectId } from '../objects/kind.ts';
import { bool, int, line, nullable, text } from '../objects/shape.ts';
import { cardShape, isOtherProperty, memberOf } from './card-shape.ts';

/** Address books of one's own (RFC 9610 §2). */
export const bookKind: ObjectKind = {
  type: 'book',
  name: 'AddressBook',
  prefix: 'ab',
  shape: () => ({
    name: line(255, 1),
    description: nullable(text(1_000)),
    sortOrder: int(0, 2 ** 31),
    isSubscribed: bool,
  }),
  defaults: { description: null, sortOrder: 0, isSubscribed: true },
  serverSet: new Set(['id', 'isDefault', 'shareWith', 'myRights']),
  immutable: new Set(),
  max: limits => limits.maxAddressBooks,
  async settle(_ctx, table, { before, value }): Promise<JsonObject> {
    if (before !== null) return value;
    const first = (await table.all()).every(other => own(other.value, 'isDefault') !== true);
    return { ...value, isDefault: first };
  },
};

function utcNow(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Contacts and groups of one's own (RFC 9610 §3, RFC 9553). Which books there are is checked by who fills them in. */
export const cardKind: ObjectKind = {
  type: 'card',
  name: 'ContactCard',
  prefix: 'cc',
  shape: () => cardShape,
  others: isOtherProperty,
  defaults: { '@type': 'Card', version: '1.0', kind: 'individual' },
  serverSet: new Set(['id']),
  immutable: new Set(),
  optional: true,
  max: limits => limits.maxCards,
  async settle(ctx, table, { id, before, value }): Promise<JsonObject> {
    if (JSON.stringify(value).length > ctx.limits.maxCard) throw new SetError('tooLarge');
    if (Object.keys(memberOf(value, 'addressBookIds')).length === 0) {
      throw invalidProperties(['addressBookIds'], 'at least one');
    }
    const isGroup = own(value, 'kind') === 'group';
    if (!isGroup && Object.hasOwn(value, 'members'))
      throw invalidProperties(['members'], 'only groups have them');
    if (before !== null && textOf(before, 'uid') !== textOf(value, 'uid')) {
      throw invalidProperties(['uid'], 'cannot be changed');
    }
    const now = utcNow(ctx.mailboxes.clock.now());
    if (before !== null) {
      const touched = own(before, 'updated') === own(value, 'updated');
      return touched ? { ...value, updated: now } : value;
    }
    const uid = textOf(value, 'uid');
    if (uid !== '') {
      const same = (await table.all()).find(other => other.id !== id && textOf(other.value, 'uid') === uid);
      if (same) throw new SetError('alreadyExists', '', { existingId: printObjectId(cardKind, same.id) });
    }
    return { created: now, updated: now, ...value, uid: uid || `urn:uuid:${randomUUID()}` };
  },
};
