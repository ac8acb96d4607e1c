import { getQuota } from '../../../mailbox/quota.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import type { Realm } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** The one quota root of an account (RFC 9208 §3.2): empty for the session's own, else the name it appears under. */
export function quotaRootOf(realm: Realm): string {
  return nameOfPath(realm.prefix);
}

/** Writes `* QUOTA`: STORAGE in units of 1,024 octets (RFC 9208 §5.1), MESSAGE in messages; what has no limit is left out. */
export async function writeQuota(session: Session, realm: Realm): Promise<void> {
  const quota = await getQuota(session.mail, realm.scope);
  const resources: string[] = [];
  if (quota.limitBytes !== null) {
    resources.push(`STORAGE ${Math.ceil(quota.usedBytes / 1024)} ${Math.ceil(quota.limitBytes / 1024)}`);
  }
  if (quota.limitCount !== null) resources.push(`MESSAGE ${quota.usedCount} ${quota.limitCount}`);
  session.out.ascii('* QUOTA ');
  writeMailboxName(session.out, quotaRootOf(realm), session.utf8);
  session.out.ascii(` (${resources.join(' ')})\r\n`);
}
