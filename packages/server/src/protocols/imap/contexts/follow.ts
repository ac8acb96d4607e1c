import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import type { UpdateRequest } from '@hongyan/formats/imap/arguments/search-returns.ts';
import type { SortRow } from '../ordering/sort-rows.ts';
import { namesTime } from '../search/compile.ts';
import type { Session } from '../session.ts';
import type { SearchContext } from './search-contexts.ts';

/** Why updates of a search cannot be promised; null when they can. */
function refusal(session: Session, key: SearchKey, context: SearchContext): string | null {
  const { contexts } = session.selected;
  const { searchContexts, sortedContextMessages } = session.services.limits;
  if (contexts.count >= searchContexts) return 'Too many contexts';
  if (contexts.held + context.order.held > sortedContextMessages) return 'Too many messages to keep in order';
  // Messages would come and go while nothing happens to them.
  return namesTime(key) ? 'Not for OLDER and YOUNGER' : null;
}

/** `rows` of a search whose result is in the order of the mailbox. */
export async function unsorted(_session: Session, uids: readonly number[]): Promise<SortRow[]> {
  return uids.map(uid => ({ uid, values: [] }));
}

/** Tells from now on how the result of a search changes, or says NOUPDATE (RFC 5267 §4.3.1). */
export function follow(session: Session, key: SearchKey, context: SearchContext): void {
  const why = refusal(session, key, context);
  if (why === null) session.selected.contexts.add(context);
  else session.say('NO', why, `NOUPDATE "${context.tag}"`);
}

/** Whether UPDATE comes with the tag of a search that is followed already (RFC 5267 §4.3). */
export function reusesTag(session: Session, update: UpdateRequest | null, tag: string): boolean {
  return update !== null && session.state === 'selected' && session.selected.contexts.has(tag);
}
