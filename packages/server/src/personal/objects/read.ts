import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import { type ChangePoint, endOf, nextPage, type ObjectChanges } from '../../mailbox/emails/states.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import {
  changedPersonal,
  type PersonalType,
  personalRows,
  personalState,
  personalStates,
} from '../../store/accounts/personal/object-rows.ts';
import { type PersonalContext, requireRead } from '../context.ts';
import type { StoredObject } from './kind.ts';

type Reader = Pick<AccountReader, 'accountId' | 'arrays' | 'all' | 'get'> & {
  readonly state: AccountReader['state'] | { readonly base: number };
};

async function baseOf(reader: Reader): Promise<number> {
  return (typeof reader.state === 'function' ? await reader.state() : reader.state).base;
}

/** Where a type stands. */
export async function personalPoint(reader: Reader, type: PersonalType): Promise<ChangePoint> {
  const { modseq, next } = await personalState(reader, type);
  return { modseq: Math.max(modseq, await baseOf(reader)), next, after: 0 };
}

/** Where every type stands, in one read. */
export async function personalPoints(reader: Reader): Promise<(type: PersonalType) => ChangePoint> {
  const states = await personalStates(reader);
  const base = await baseOf(reader);
  return type => {
    const { modseq, next } = states.get(type) ?? { modseq: 0, next: 1 };
    return { modseq: Math.max(modseq, base), next, after: 0 };
  };
}

/** What happened to objects of a type since a point, in the order of ids. Throws `conflict.state`. */
export async function personalChanges(
  reader: AccountReader,
  type: PersonalType,
  since: ChangePoint,
  max: number,
): Promise<ObjectChanges> {
  const { base, modseq } = await reader.state();
  if (since.modseq < base || since.modseq > modseq) throw new MailError('conflict.state');
  const current = await personalPoint(reader, type);
  const until = endOf(since, current, modseq);
  const { changed, gone } = await changedPersonal(reader, type, since.modseq, until.modseq);
  const { told, to, more } = nextPage(since, current, modseq, [...changed, ...gone], max);
  return {
    created: changed.filter(id => told.has(id) && id >= since.next),
    updated: changed.filter(id => told.has(id) && id < since.next),
    destroyed: gone.filter(id => told.has(id) && id < since.next),
    to,
    more,
  };
}

/** The objects of a type, with its state, in one snapshot. */
export async function listObjects(
  ctx: PersonalContext,
  scope: Scope,
  type: PersonalType,
): Promise<{ readonly point: ChangePoint; readonly list: readonly StoredObject[] }> {
  requireRead(scope);
  return ctx.mailboxes.accounts.read(scope, async reader => ({
    point: await personalPoint(reader, type),
    list: await storedObjects(reader, type),
  }));
}

/** As `listObjects`, in a snapshot at hand. */
export async function storedObjects(reader: Reader, type: PersonalType): Promise<StoredObject[]> {
  const rows = await personalRows(reader, type);
  return rows.map(({ id, value, modseq }) => ({ id, value: JSON.parse(value) as JsonObject, modseq }));
}
