import type { TenantId } from '../../platform/ids.ts';
import { type SqlReader, statement } from '../sql/port.ts';

/** Which company's numbers, from when to when. */
export interface StatisticsPeriod {
  readonly tenantId: TenantId;
  /** ms since the epoch, inclusive. */
  readonly from: number;
  /** ms since the epoch, exclusive. */
  readonly to: number;
  /** What the clock on the wall is ahead of UTC, ms: days begin at its midnight. */
  readonly offset: number;
}

export interface MailCount {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly event: 'delivered' | 'relayed' | 'refused';
  /** 1 when the sender's domain is one of the company's. */
  readonly own: number;
  /** 1 for what checks found suspicious. */
  readonly junk: number;
  readonly count: number;
}

export interface PeopleCount {
  /** Null: in the whole time. */
  readonly day: number | null;
  readonly count: number;
}

/** Most domains that are looked for; a company has at most as many (DOM-03). */
const mostDomains = 20;
const places = Array.from({ length: mostDomains }, (_, i) => `$${i + 5}`).join(', ');

const mail = statement(
  `SELECT day, event, own, junk, COUNT(*) AS count FROM (
     SELECT CAST((at + $2) / 86400000 AS BIGINT) AS day, event, CASE WHEN sender_domain IN (${places}) THEN 1 ELSE 0 END AS own,
       CASE WHEN verdict = 'junk' THEN 1 ELSE 0 END AS junk
     FROM trace WHERE tenant_id = $1 AND at >= $3 AND at < $4 AND event IN ('delivered', 'relayed', 'refused')
   ) AS steps GROUP BY day, event, own, junk ORDER BY day`,
);

const signedIn = `sign_in WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND result = 'ok' AND account_id IS NOT NULL`;

const people = statement(
  `SELECT day, COUNT(DISTINCT account_id) AS count FROM (
     SELECT CAST((at + $4) / 86400000 AS BIGINT) AS day, account_id FROM ${signedIn}
   ) AS visits GROUP BY day ORDER BY day`,
);
const peopleAll = statement(`SELECT COUNT(DISTINCT account_id) AS count FROM ${signedIn}`);

export async function mailCounts(
  reader: SqlReader,
  { tenantId, from, to, offset }: StatisticsPeriod,
  ownDomains: readonly string[],
): Promise<MailCount[]> {
  const domains = Array.from({ length: mostDomains }, (_, i) => ownDomains[i] ?? '');
  return reader.all<MailCount>(mail, tenantId, offset, from, to, ...domains);
}

export async function peopleCounts(
  reader: SqlReader,
  { tenantId, from, to, offset }: StatisticsPeriod,
): Promise<PeopleCount[]> {
  const days = await reader.all<PeopleCount>(people, tenantId, from, to, offset);
  const all = await reader.get<{ count: number }>(peopleAll, tenantId, from, to);
  return [...days, { day: null, count: all?.count ?? 0 }];
}

const ofDomain = statement(
  `SELECT COALESCE(SUM(CASE WHEN sender_domain = $4 THEN 1 ELSE 0 END), 0) AS sent,
     COALESCE(SUM(CASE WHEN event = 'delivered' AND recipient LIKE $5 ESCAPE '!' THEN 1 ELSE 0 END), 0) AS received
   FROM trace WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND event IN ('delivered', 'relayed')`,
);

/** Copies that got there: from addresses of a domain, and into its mailboxes. */
export interface DomainCount {
  readonly sent: number;
  readonly received: number;
}

/** Counts for one domain, named as in addresses of the trace. */
export async function domainCounts(
  reader: SqlReader,
  { tenantId, from, to }: Omit<StatisticsPeriod, 'offset'>,
  domain: string,
): Promise<DomainCount> {
  const ending = `%@${domain.replaceAll(/[!%_]/g, sign => `!${sign}`)}`;
  const row = await reader.get<DomainCount>(ofDomain, tenantId, from, to, domain, ending);
  return { sent: row?.sent ?? 0, received: row?.received ?? 0 };
}
