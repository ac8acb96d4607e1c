import type { StatusItem } from '@hongyan/formats/imap/arguments/status-items.ts';
import { deletedStorage } from '../../../mailbox/filing/deleted-storage.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import { objectId, type SessionMailbox } from '../realms/realm.ts';
import type { Session } from '../session.ts';

const values: Readonly<
  Record<
    Exclude<StatusItem, 'DELETED-STORAGE'>,
    (mailbox: SessionMailbox, session: Session) => number | string
  >
> = {
  MESSAGES: mailbox => mailbox.total,
  RECENT: () => 0,
  UIDNEXT: mailbox => mailbox.uidNext,
  UIDVALIDITY: mailbox => mailbox.uidValidity,
  UNSEEN: mailbox => mailbox.unseen,
  DELETED: mailbox => mailbox.deleted,
  SIZE: mailbox => mailbox.bytes,
  HIGHESTMODSEQ: mailbox => mailbox.highestModseq,
  APPENDLIMIT: (_mailbox, session) => session.services.limits.appendBytes,
  MAILBOXID: mailbox => `(${objectId(mailbox.realm, 'm', mailbox.id)})`,
};

/** Octets that DELETED-STORAGE tells of a mailbox; 0 unless it is asked for (RFC 9208 §4.1.4). */
export async function deletedBytes(
  session: Session,
  mailbox: SessionMailbox,
  items: readonly StatusItem[],
): Promise<number> {
  if (!items.includes('DELETED-STORAGE') || mailbox.deleted === 0) return 0;
  return deletedStorage(session.mail, mailbox.realm.scope, mailbox.id);
}

/** Writes `* STATUS name (…)` (RFC 9051 §7.3.3). `deleted`: as `deletedBytes` tells. */
export function writeStatus(
  session: Session,
  mailbox: SessionMailbox,
  items: readonly StatusItem[],
  deleted: number = 0,
): void {
  if (items.includes('HIGHESTMODSEQ')) session.enable('CONDSTORE');
  session.out.ascii('* STATUS ');
  writeMailboxName(session.out, nameOfPath(mailbox.path), session.utf8);
  const pairs = items.map(
    item => `${item} ${item === 'DELETED-STORAGE' ? deleted : values[item](mailbox, session)}`,
  );
  session.out.ascii(` (${pairs.join(' ')})\r\n`);
}
