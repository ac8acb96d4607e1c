import { type FolderRights, rightsText } from '../../../mailbox/sharing/rights.ts';
import type { Mailbox } from '../../../mailbox/types.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import type { Session } from '../session.ts';

/**
 * Rights as ACL and MYRIGHTS tell them: with the obsolete `c` and `d` that stand for `k` or `x` and for `t` or `e`
 * (RFC 4314 §2.1.1).
 */
export function rightsForClients(rights: FolderRights): string {
  const create = rights.has('k') || rights.has('x') ? 'c' : '';
  const remove = rights.has('t') || rights.has('e') ? 'd' : '';
  return `${rightsText(rights)}${create}${remove}`;
}

/** Writes `* MYRIGHTS name rights` (RFC 4314 §3.8). */
export function writeMyRights(session: Session, mailbox: Mailbox, rights: FolderRights): void {
  session.out.ascii('* MYRIGHTS ');
  writeMailboxName(session.out, nameOfPath(mailbox.path), session.utf8);
  session.out.ascii(` ${rightsForClients(rights)}\r\n`);
}
