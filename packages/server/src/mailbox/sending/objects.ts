import { MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { changedObjects, type ObjectKind, objectState } from '../../store/accounts/emails/object-rows.ts';
import { type ChangePoint, endOf, nextPage, type ObjectChanges } from '../emails/states.ts';

/** Where a kind of small objects stands. Their tombstones are kept for good: only the epoch rule makes a gap. */
export async function objectPoint(
  reader: AccountReader | AccountTransaction,
  kind: ObjectKind,
): Promise<ChangePoint> {
  const { modseq, next } = await objectState(reader, kind);
  const { base } = typeof reader.state === 'function' ? await reader.state() : reader.state;
  return { modseq: Math.max(modseq, base), next, after: 0 };
}

/** What happened to objects of a kind since a point, in the order of ids. Throws `conflict.state`. */
export async function objectChanges(
  reader: AccountReader,
  kind: ObjectKind,
  since: ChangePoint,
  max: number,
): Promise<ObjectChanges> {
  const { base, modseq } = await reader.state();
  if (since.modseq < base || since.modseq > modseq) throw new MailError('conflict.state');
  const current = await objectPoint(reader, kind);
  const until = endOf(since, current, modseq);
  const { changed, gone } = await changedObjects(reader, kind, since.modseq, until.modseq);
  const { told, to, more } = nextPage(since, current, modseq, [...changed, ...gone], max);
  return {
    created: changed.filter(id => told.has(id) && id >= since.next),
    updated: changed.filter(id => told.has(id) && id < since.next),
    destroyed: gone.filter(id => told.has(id) && id < since.next),
    to,
    more,
  };
}
