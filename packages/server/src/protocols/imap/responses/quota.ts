import { getQuota } from '../../../mailbox/quota.ts';
import { nameOfPath, writeMailboxName } from '../mailbox-path.ts';
import type { Realm } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** The one quota root of an account (RFC 9208 §3.2): empty for the session's own, else the name it appears under. */
export function quotaRootOf(realm: Realm): string {
  return nameOfPath(realm.prefix);
}

/**
 * Use and limits of an account for `writeQuota`: STORAGE in units of 1,024 octets (RFC 9208 §5.1), MESSAGE in messages; what
 * has no limit is left out. Null without any limit: then there is no quota root (a QUOTA must name a resource, §7).
 */
export async function quotaResources(session: Session, realm: Realm): Promise<string | null> {
  const quota = await getQuota(session.mail, realm.scope);
  const resources: string[] = [];
  if (quota.limitBytes !== null) {
    resources.push(`STORAGE ${Math.ceil(quota.usedBytes / 1024)} ${Math.ceil(quota.limitBytes / 1024)}`);
  }
  if (quota.limitCount !== null) resources.push(`MESSAGE ${quota.usedCount} ${quota.limitCount}`);
  return resources.length === 0 ? null : resources.join(' ');
}

/** Writes `* QUOTA` with what `quotaResources` gave. */
export function writeQuota(session: Session, realm: Realm, resources: string): void {
  session.out.ascii('* QUOTA ');
  writeMailboxName(session.out, quotaRootOf(realm), session.utf8);
  session.out.ascii(` (${resources})\r\n`);
}
