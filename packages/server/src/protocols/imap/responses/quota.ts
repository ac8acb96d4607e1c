import { getQuota } from '../../../mailbox/quota.ts';
import type { Session } from '../session.ts';

/** The one quota root of an account (RFC 9208 §3.2). */
export const quotaRoot = '';

/** Writes `* QUOTA`: STORAGE in units of 1,024 octets (RFC 9208 §5.1), MESSAGE in messages; what has no limit is left out. */
export async function writeQuota(session: Session): Promise<void> {
  const quota = await getQuota(session.mail, session.scope);
  const resources: string[] = [];
  if (quota.limitBytes !== null) {
    resources.push(`STORAGE ${Math.ceil(quota.usedBytes / 1024)} ${Math.ceil(quota.limitBytes / 1024)}`);
  }
  if (quota.limitCount !== null) resources.push(`MESSAGE ${quota.usedCount} ${quota.limitCount}`);
  session.out.ascii(`* QUOTA "${quotaRoot}" (${resources.join(' ')})\r\n`);
}
