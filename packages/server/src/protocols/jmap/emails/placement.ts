import { parseId } from '@hongyan/formats/jmap/id.ts';
import { isObject, type Json, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import type { MailboxId } from '../../../mailbox/types.ts';
import type { RequestState } from '../method.ts';
import { resolveId } from '../standard-set.ts';

/** Reads a `mailboxIds` object; at least one, and creation ids are resolved. Throws `invalidProperties`. */
export function readMailboxIds(request: RequestState, value: Json | undefined): MailboxId[] {
  if (!isObject(value)) throw invalidProperties(['mailboxIds']);
  const ids: MailboxId[] = [];
  for (const key of Object.keys(value)) {
    const id = parseId('m', resolveId(request, key) ?? '');
    if (own(value, key) !== true || id === null) throw invalidProperties(['mailboxIds']);
    ids.push(id);
  }
  if (ids.length === 0) throw invalidProperties(['mailboxIds'], 'at least one');
  return [...new Set(ids)];
}
