import type { Clock } from '../../platform/clock.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { insertNotice, isNoticeMarked, noticeChoice } from '../../store/system/administration/notice-rows.ts';
import { nextId } from '../../store/system/sequences.ts';
import { readChoice } from './choice.ts';
import type { NoticeEvent } from './events.ts';

/** What happened, for the words `notice.<kind>.subject` and `.text`. No secrets. */
export interface NewNotice {
  readonly event: NoticeEvent;
  readonly kind: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** Names something that is told once, for as long as notices are kept. */
  readonly mark?: string;
}

/**
 * Files a notice in the transaction in which it happens: no notice of what did not happen, none lost with a crash. Whoever
 * mails notices finds it. Nothing is filed where the company wants to be told neither way.
 */
export async function raiseNotice(
  tx: SqlTransaction,
  clock: Clock,
  tenantId: TenantId,
  { event, kind, values, mark }: NewNotice,
): Promise<void> {
  const { mail, console } = readChoice(await noticeChoice(tx, tenantId, event));
  if (!mail && !console) return;
  if (mark !== undefined && (await isNoticeMarked(tx, tenantId, mark))) return;
  await insertNotice(tx, {
    tenant_id: tenantId,
    id: await nextId(tx, 'notice'),
    event,
    kind,
    at: clock.now(),
    details: JSON.stringify(values),
    mark: mark ?? null,
    in_console: console ? 1 : 0,
    by_mail: mail ? 1 : 0,
  });
}
