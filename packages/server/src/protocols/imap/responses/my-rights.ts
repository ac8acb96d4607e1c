import type { Mailbox } from '../../../mailbox/types.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import type { Session } from '../session.ts';

/**
 * What the session may do with a mailbox (RFC 4314 §2.1): everything but administer, which only sharing would need. INBOX
 * cannot be deleted. `c` and `d` are the obsolete rights that older clients look for (§2.1.1).
 */
export function rightsOf(session: Session, mailbox: Pick<Mailbox, 'role'>): string {
  const { rights } = session.scope;
  if (!rights.read) return '';
  if (!rights.write) return 'lr';
  return mailbox.role === 'inbox' ? 'lrswiktecd' : 'lrswikxtecd';
}

/** Writes `* MYRIGHTS name rights` (RFC 4314 §3.8). */
export function writeMyRights(session: Session, mailbox: Mailbox): void {
  session.out.ascii('* MYRIGHTS ');
  writeMailboxName(session.out, nameOfPath(mailbox.path), session.utf8);
  session.out.ascii(` ${rightsOf(session, mailbox)}\r\n`);
}
