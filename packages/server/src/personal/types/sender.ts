import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { domainToKey, parseAddress } from '../../directory/address.ts';
import { type ObjectKind, printObjectId } from '../objects/kind.ts';
import { line, oneOf } from '../objects/shape.ts';

/** An address or a domain as entries are compared; null for neither. */
export function senderKey(value: string): string | null {
  const text = value.trim().toLowerCase().replace(/^@/, '');
  const at = text.lastIndexOf('@');
  if (at < 0) return text.includes('.') ? domainToKey(text) : null;
  const domain = domainToKey(text.slice(at + 1));
  return domain === null || parseAddress(text) === null ? null : `${text.slice(0, at)}@${domain}`;
}

/** Senders that are blocked (FLT-02) or allowed (FLT-03). */
export const senderKind: ObjectKind = {
  type: 'sender',
  name: 'SenderEntry',
  prefix: 'se',
  shape: () => ({ kind: oneOf('block', 'allow'), value: line(320, 1) }),
  defaults: {},
  serverSet: new Set(['id', 'createdAt']),
  immutable: new Set(['kind', 'value']),
  max: limits => limits.maxBlocked + limits.maxAllowed,
  async settle(ctx, table, { before, value }): Promise<JsonObject> {
    if (before !== null) return value;
    const key = senderKey(textOf(value, 'value'));
    if (key === null) throw invalidProperties(['value'], 'neither address nor domain');
    const all = await table.all();
    const same = all.find(other => textOf(other.value, 'value') === key);
    if (same) throw new SetError('alreadyExists', '', { existingId: printObjectId(senderKind, same.id) });
    const kind = textOf(value, 'kind');
    const max = kind === 'block' ? ctx.limits.maxBlocked : ctx.limits.maxAllowed;
    if (all.filter(other => textOf(other.value, 'kind') === kind).length >= max) {
      throw new SetError('overQuota', `at most ${max}`);
    }
    const createdAt = new Date(ctx.mailboxes.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    return { ...value, value: key, createdAt };
  },
};
