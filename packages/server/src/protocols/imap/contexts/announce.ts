import { formatNumbers } from '@hongyan/formats/imap/sequence-set.ts';
import { searchMessages } from '../../../mailbox/search.ts';
import { runFetch } from '../fetch/run-fetch.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import type { AnnounceOptions } from '../selected-mailbox.ts';
import type { Session } from '../session.ts';
import type { ContextChange } from './context-order.ts';
import type { SearchContext } from './search-contexts.ts';

/** `* ESEARCH (TAG "B01") UID ADDTO (0 32768:32769)` (RFC 5267 §4.3.3, §4.3.4). */
function writeChanges(
  session: Session,
  context: SearchContext,
  name: 'ADDTO' | 'REMOVEFROM',
  changes: readonly ContextChange[],
): void {
  const { out, selected } = session;
  out.ascii('* ESEARCH (TAG ').text(context.tag);
  if (context.namesMailbox) {
    const { mailbox } = selected.opened;
    writeMailboxName(out.ascii(' MAILBOX '), nameOfPath(mailbox.path), session.utf8);
    out.ascii(` UIDVALIDITY ${mailbox.uidValidity}`);
  }
  out.ascii(context.uid ? `) UID ${name} (` : `) ${name} (`);
  for (const [index, { position, uids }] of changes.entries()) {
    const numbers = context.uid ? uids : uids.map(uid => selected.view.sequenceOf(uid));
    out.ascii(`${index === 0 ? '' : ' '}${position} ${formatNumbers(numbers)}`);
  }
  out.ascii(')\r\n');
}

/** Expunged messages leave the results while they still have their numbers (RFC 5267 §4.3.4). */
function tellGone(session: Session): void {
  const { contexts, view } = session.selected;
  for (const context of contexts) {
    const gone = [...view.gone].filter(uid => context.order.has(uid));
    if (gone.length > 0) writeChanges(session, context, 'REMOVEFROM', context.order.remove(gone));
  }
}

/** Looks at `candidates` again and tells what that changes; `since` is the last UID that was known before. */
async function tellContext(
  session: Session,
  context: SearchContext,
  candidates: Uint32Array,
  since: number,
): Promise<void> {
  const { mail, selected, gone: signal } = session;
  const { scope, id } = selected;
  const found = await searchMessages(mail, scope, id, context.query, { uids: candidates }, { signal });
  const now = new Set(found);
  const left = [...candidates].filter(uid => !now.has(uid) && context.order.has(uid));
  if (left.length > 0) writeChanges(session, context, 'REMOVEFROM', context.order.remove(left));
  const come = found.filter(uid => !context.order.has(uid));
  if (come.length === 0) return;
  const rows = await context.rows(session, come);
  if (rows.length === 0) return;
  const arrived = rows.map(row => row.uid).filter(uid => uid > since);
  if (context.items.length > 0 && arrived.length > 0) {
    const uids = Uint32Array.from(arrived).sort();
    await runFetch(session, { uids, items: context.items, changedSince: null });
  }
  writeChanges(session, context, 'ADDTO', context.order.add(rows));
}

async function tellChanged(session: Session, since: number): Promise<void> {
  const { contexts, view } = session.selected;
  const { touched } = contexts;
  const known = touched === null ? [...view.uids] : [...touched].filter(uid => view.sequenceOf(uid) > 0);
  const candidates = Uint32Array.from(known.filter(uid => !view.isGone(uid))).sort();
  if (candidates.length > 0)
    for (const context of contexts) await tellContext(session, context, candidates, since);
  contexts.forgetTouched();
}

/**
 * Tells what was absorbed of the selected mailbox: EXPUNGE (if it may), EXISTS, FETCH with flags, and what it means for
 * the searches the client follows. When these cannot be looked at now they are with the next news.
 */
export async function announceNews(session: Session, options: AnnounceOptions): Promise<void> {
  const { selected, out } = session;
  if (selected.contexts.empty) {
    selected.announce(out, options);
    return;
  }
  tellGone(session);
  const { lastUid } = selected.view;
  selected.announce(out, options);
  try {
    await tellChanged(session, lastUid);
  } catch (error) {
    if (!session.connection.closed) session.log.warn('imap.context_update_failed', { error });
  }
}
