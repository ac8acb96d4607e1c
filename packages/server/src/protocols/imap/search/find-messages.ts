import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchEntries } from '../../../mailbox/rows.ts';
import { searchMessages } from '../../../mailbox/search.ts';
import type { Session } from '../session.ts';
import { compileSearch } from './compile.ts';

/** UIDs of the messages of the selected mailbox that match, ascending. Searches until done or until the client is gone. */
export async function findMessages(session: Session, key: SearchKey): Promise<number[]> {
  const { mail, selected, connection } = session;
  const { scope } = selected;
  // This may take a while: answers to earlier commands do not wait for it.
  session.flushOutput();
  void connection.flush();
  const query = compileSearch(key, selected);
  const uids = await searchMessages(mail, scope, selected.id, query, selected.view, { signal: session.gone });
  return uids.filter(uid => !selected.view.isGone(uid));
}

/** Highest MODSEQ among messages of the selected mailbox; null when there are none (RFC 7162 §3.1.5). */
export async function highestModseqOf(session: Session, uids: readonly number[]): Promise<number | null> {
  if (uids.length === 0) return null;
  const { mail, selected } = session;
  const { scope } = selected;
  const ascending = uids.toSorted((left, right) => left - right);
  const entries = await fetchEntries(mail, scope, selected.id, rangesOf(ascending));
  return entries.reduce<number | null>((highest, entry) => Math.max(highest ?? 0, entry.modseq), null);
}
