import type { MailboxFilter } from '@hongyan/formats/imap/arguments/mailbox-filter.ts';
import { decodeMailboxName } from '@hongyan/formats/imap/names/mailbox-name.ts';
import { MailError } from '../../../platform/errors.ts';
import { nameOfPath, pathOfName } from '../mailbox-path.ts';
import { isOwn, type SessionMailbox } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** Whether a filter means a mailbox. Names are normalised mailbox names. */
export type MailboxTest = (
  mailbox: Pick<SessionMailbox, 'id' | 'path' | 'role' | 'subscribed' | 'realm'>,
) => boolean;

type Selecting = Pick<Session, 'hasSelected'>;

/** Name as mailboxes have it; null for one that no mailbox can have. */
function normalName(octets: Buffer, utf8: boolean): string | null {
  const text = decodeMailboxName(octets, utf8);
  try {
    return text === null ? null : nameOfPath(pathOfName(text));
  } catch (error) {
    if (error instanceof MailError) return null;
    throw error;
  }
}

function plainTest(of: MailboxFilter['of'], session: Selecting | null): MailboxTest {
  switch (of) {
    case 'inboxes':
      return mailbox => mailbox.role === 'inbox' && isOwn(mailbox.realm);
    case 'personal':
      return mailbox => isOwn(mailbox.realm);
    case 'subscribed':
      return mailbox => mailbox.subscribed;
    default:
      return mailbox => session?.hasSelected(mailbox) === true;
  }
}

/**
 * The test that a filter stands for (RFC 5465 §6, RFC 7377 §2.2). Mail reaches an account through INBOX only, as far as
 * IMAP can know: `inboxes` is one's own INBOX, `personal` one's own mailboxes. Names that nothing has match nothing.
 */
export function mailboxTest(filter: MailboxFilter, session: Selecting | null, utf8: boolean): MailboxTest {
  if (!('names' in filter)) return plainTest(filter.of, session);
  const names = new Set(filter.names.map(name => normalName(name, utf8)));
  if (filter.of === 'mailboxes') return mailbox => names.has(nameOfPath(mailbox.path));
  const levels = filter.of === 'subtree' ? Number.POSITIVE_INFINITY : 1;
  return ({ path }) =>
    path.some(
      (_level, index) => index + 1 + levels >= path.length && names.has(nameOfPath(path.slice(0, index + 1))),
    );
}
