import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** Something that administrators are told of. */
export interface NoticeRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly event: string;
  readonly kind: string;
  /** ms since the epoch. */
  readonly at: number;
  /** JSON of the values that its words need. */
  readonly details: string;
  /** Names something that is told once; null: as often as it happens. */
  readonly mark: string | null;
  readonly in_console: number;
  readonly by_mail: number;
  /** Null: not yet. */
  readonly mailed_at: number | null;
}

/** Events that a query may name at once. */
export const mostEvents = 12;

const columns = 'tenant_id, id, event, kind, at, details, mark, in_console, by_mail, mailed_at';
const events = Array.from({ length: mostEvents }, (_, index) => `$${index + 4}`).join(', ');
const insertRow = statement(
  `INSERT INTO notice (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) ON CONFLICT DO NOTHING`,
);
const selectMarked = statement('SELECT id FROM notice WHERE tenant_id = $1 AND mark = $2');
const selectPage = statement(
  `SELECT ${columns} FROM notice WHERE tenant_id = $1 AND id < $2 AND in_console = 1 AND event IN (${events})
     AND LOWER(details) LIKE $16 ESCAPE '!' ORDER BY id DESC LIMIT $3`,
);
const countNewer = statement(
  `SELECT COUNT(*) AS n FROM (SELECT id FROM notice
   WHERE tenant_id = $1 AND id > $2 AND in_console = 1 AND event IN (${events}) LIMIT $3) AS newer`,
);
const selectRead = statement('SELECT up_to FROM notice_read WHERE tenant_id = $1 AND account_id = $2');
const putRead = statement(
  `INSERT INTO notice_read (tenant_id, account_id, up_to) VALUES ($1, $2, $3)
   ON CONFLICT (tenant_id, account_id) DO UPDATE
   SET up_to = CASE WHEN excluded.up_to > notice_read.up_to THEN excluded.up_to ELSE notice_read.up_to END`,
);
const selectNewest = statement('SELECT MAX(id) AS id FROM notice WHERE tenant_id = $1');
const selectWaitingTenants = statement(
  'SELECT DISTINCT tenant_id FROM notice WHERE by_mail = 1 AND mailed_at IS NULL ORDER BY tenant_id LIMIT $1',
);
const selectWaiting = statement(
  `SELECT ${columns} FROM notice WHERE tenant_id = $1 AND by_mail = 1 AND mailed_at IS NULL ORDER BY id LIMIT $2`,
);
const selectLastMailed = statement(
  'SELECT event, MAX(mailed_at) AS at FROM notice WHERE tenant_id = $1 AND mailed_at IS NOT NULL GROUP BY event',
);
const markMailed = statement('UPDATE notice SET mailed_at = $3 WHERE tenant_id = $1 AND id = $2');
const selectOld = statement('SELECT tenant_id, id FROM notice WHERE at < $1 ORDER BY tenant_id, id LIMIT $2');
const deleteRow = statement('DELETE FROM notice WHERE tenant_id = $1 AND id = $2');
const selectChoices = statement('SELECT event, choice FROM notice_setting WHERE tenant_id = $1');
const selectChoice = statement('SELECT choice FROM notice_setting WHERE tenant_id = $1 AND event = $2');
const putChoice = statement(
  `INSERT INTO notice_setting (tenant_id, event, choice) VALUES ($1, $2, $3)
   ON CONFLICT (tenant_id, event) DO UPDATE SET choice = excluded.choice`,
);

/** Exactly as many parameters as the query has; no event is called ''. */
function padded(names: readonly string[]): string[] {
  return Array.from({ length: mostEvents }, (_, index) => names[index] ?? '');
}

/** Files a notice; one whose mark is known already is not filed again. */
export async function insertNotice(tx: SqlTransaction, row: Omit<NoticeRow, 'mailed_at'>): Promise<void> {
  const { tenant_id, id, event, kind, at, details, mark, in_console, by_mail } = row;
  await tx.run(insertRow, tenant_id, id, event, kind, at, details, mark, in_console, by_mail);
}

export async function isNoticeMarked(reader: SqlReader, tenantId: TenantId, mark: string): Promise<boolean> {
  return (await reader.get(selectMarked, tenantId, mark)) !== undefined;
}

/** Notices of these events for the console, newest first, below `before`; `text` stands in their values, lower case. */
export async function noticePage(
  reader: SqlReader,
  tenantId: TenantId,
  names: readonly string[],
  text: string,
  before: number,
  limit: number,
): Promise<NoticeRow[]> {
  const pattern = `%${text.replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
  return reader.all<NoticeRow>(selectPage, tenantId, before, limit, ...padded(names), pattern);
}

/** How many are newer than `after`, counted up to `most`. */
export async function newerNotices(
  reader: SqlReader,
  tenantId: TenantId,
  names: readonly string[],
  after: number,
  most: number,
): Promise<number> {
  const row = await reader.get<{ n: number }>(countNewer, tenantId, after, most, ...padded(names));
  return row?.n ?? 0;
}

/** Up to which notice an administrator has read; 0: nothing. */
export async function noticesReadUpTo(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number> {
  return (await reader.get<{ up_to: number }>(selectRead, tenantId, accountId))?.up_to ?? 0;
}

/** Never goes back. */
export async function putNoticesRead(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  upTo: number,
): Promise<void> {
  await tx.run(putRead, tenantId, accountId, upTo);
}

/** The newest notice of a tenant; 0: there is none. */
export async function newestNotice(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ id: number | null }>(selectNewest, tenantId))?.id ?? 0;
}

/** Tenants with notices that wait to be mailed. */
export async function tenantsWithNotices(reader: SqlReader, limit: number): Promise<TenantId[]> {
  const rows = await reader.all<{ tenant_id: TenantId }>(selectWaitingTenants, limit);
  return rows.map(row => row.tenant_id);
}

export async function waitingNotices(
  reader: SqlReader,
  tenantId: TenantId,
  limit: number,
): Promise<NoticeRow[]> {
  return reader.all<NoticeRow>(selectWaiting, tenantId, limit);
}

/** When a notice of each event was last mailed, ms. */
export async function lastMailed(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.all<{ event: string; at: number }>(selectLastMailed, tenantId);
  return new Map(rows.map(({ event, at }) => [event, at]));
}

export async function noticesMailed(
  tx: SqlTransaction,
  tenantId: TenantId,
  ids: readonly number[],
  at: number,
): Promise<void> {
  for (const id of ids) await tx.run(markMailed, tenantId, id, at);
}

/** Deletes notices from before `before`; returns how many, at most `limit`. */
export async function deleteOldNotices(tx: SqlTransaction, before: number, limit: number): Promise<number> {
  const rows = await tx.all<Pick<NoticeRow, 'tenant_id' | 'id'>>(selectOld, before, limit);
  for (const row of rows) await tx.run(deleteRow, row.tenant_id, row.id);
  return rows.length;
}

/** What a tenant chose, as JSON by event. */
export async function noticeChoices(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.all<{ event: string; choice: string }>(selectChoices, tenantId);
  return new Map(rows.map(({ event, choice }) => [event, choice]));
}

export async function noticeChoice(
  reader: SqlReader,
  tenantId: TenantId,
  event: string,
): Promise<string | null> {
  return (await reader.get<{ choice: string }>(selectChoice, tenantId, event))?.choice ?? null;
}

export async function putNoticeChoice(
  tx: SqlTransaction,
  tenantId: TenantId,
  event: string,
  choice: string,
): Promise<void> {
  await tx.run(putChoice, tenantId, event, choice);
}
