import type { SortCriterion } from '@hongyan/formats/imap/arguments/ordering.ts';
import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchRows } from '../../../mailbox/rows.ts';
import { relevancyOf } from '../search/relevancy.ts';
import type { Session } from '../session.ts';
import { needsEnvelope, type SortRow, sortRow } from './sort-rows.ts';

/** What messages of the selected mailbox are sorted by, from stored envelopes alone. Those expunged meanwhile are left out. */
export async function readSortRows(
  session: Session,
  { criteria, key }: { readonly criteria: readonly SortCriterion[]; readonly key: SearchKey },
  uids: readonly number[],
): Promise<SortRow[]> {
  const { mail, selected } = session;
  const { scope } = selected;
  const relevancy = criteria.some(each => each.key === 'RELEVANCY')
    ? await relevancyOf(session, selected, key, uids)
    : null;
  const rows: SortRow[] = [];
  const columns = { envelope: needsEnvelope(criteria) };
  for await (const slice of fetchRows(mail, scope, selected.id, rangesOf(uids), columns)) {
    for (const row of slice) rows.push(sortRow(row, criteria, relevancy?.get(row.uid) ?? 0));
    await session.breathe();
    session.gone.throwIfAborted();
  }
  return rows;
}
