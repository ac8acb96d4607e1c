import { isMailError } from '../../../platform/errors.ts';
import { announceNews } from '../contexts/announce.ts';
import { runFetch } from '../fetch/run-fetch.ts';
import type { Session } from '../session.ts';

/** Reads what happened in the selected mailbox; `gone` when it was deleted, and the session with it. */
async function refresh(session: Session): Promise<'fresh' | 'stale' | 'gone'> {
  try {
    // What a command of its own has changed shows at once in the results that the client follows.
    if (session.selected.dirty || !session.selected.contexts.empty) await session.selected.refresh();
    return 'fresh';
  } catch (error) {
    if (isMailError(error, 'mailbox.not_found') || isMailError(error, 'access.denied')) {
      const deleted = isMailError(error, 'mailbox.not_found');
      session.bye(deleted ? 'Selected mailbox was deleted' : 'Selected mailbox may not be read any more');
      return 'gone';
    }
    session.log.warn('imap.refresh_failed', { error });
    return 'stale';
  }
}

/**
 * Tells what happened in the selected mailbox, or of it what NOTIFY asks for, new messages with the items it names. After
 * a command that itself removes messages (`own`) everything is told. False when the mailbox was deleted.
 */
export async function tellSelected(
  session: Session,
  expungeAllowed: boolean,
  own: boolean,
): Promise<boolean> {
  const state = await refresh(session);
  if (state !== 'fresh') return state === 'stale';
  const { selected } = session;
  const wanted = session.watch?.selectedEvents ?? null;
  if (session.watch !== null && wanted === null && !own) return true;
  const { lastUid } = selected.view;
  await announceNews(session, {
    ...session.announceOptions(expungeAllowed),
    flags: own || (wanted?.flags ?? true),
  });
  const items = own ? [] : (wanted?.items ?? []);
  if (items.length === 0 || selected.view.lastUid === lastUid) return true;
  const uids = selected.view.knownUids([[lastUid + 1, selected.view.lastUid]]);
  await runFetch(session, { uids, items, changedSince: null });
  return true;
}
