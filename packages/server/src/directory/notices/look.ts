import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { deleteOldNotices } from '../../store/system/administration/notice-rows.ts';
import { certificateRows, orderRows } from '../../store/system/domains/certificate-rows.ts';
import { memberCount } from '../../store/system/people/company.ts';
import { recycledBetween } from '../../store/system/people/recycled.ts';
import { listDomainRows, listTenantRows } from '../../store/system/tenants.ts';
import type { DirectoryContext } from '../context.ts';
import { planIn } from '../plans/tenant-plan.ts';
import { noticeLimits } from './choice.ts';
import { type NewNotice, raiseNotice } from './raise.ts';

const dayMs = 86_400_000;

/** When states that nobody's act brings about are told. */
const lookLimits = {
  /** Part of the seats from which on an administrator hears that they run out. */
  seatsNearlyTaken: 0.9,
  /** Days before the end of a certificate. */
  certificateDays: [21, 7, 1],
  /** Failed attempts in a row to get a certificate: one may be chance. */
  certificateAttempts: 3,
  /** Days before the bin deletes somebody's mail. */
  binDays: 3,
  /** Mailboxes of one company whose end in the bin is told in one look. */
  mostBinned: 200,
};

/** Notices deleted in one transaction. */
const deletedAtOnce = 500;

async function seatNotices(reader: SqlReader, tenantId: TenantId): Promise<NewNotice[]> {
  const { memberSeats } = await planIn(reader, tenantId);
  if (memberSeats === null || memberSeats === 0) return [];
  const used = await memberCount(reader, tenantId);
  if (used < memberSeats * lookLimits.seatsNearlyTaken) return [];
  const kind = used >= memberSeats ? 'seats_full' : 'seats_low';
  return [
    {
      event: 'seats',
      kind,
      values: { used, max: memberSeats, left: Math.max(0, memberSeats - used) },
      // Whoever buys seats and fills them hears of it again.
      mark: `${kind}:${memberSeats}`,
    },
  ];
}

async function certificateNotices(reader: SqlReader, tenantId: TenantId, now: number): Promise<NewNotice[]> {
  const ending = (await certificateRows(reader, tenantId)).flatMap((row): NewNotice[] => {
    const days = Math.ceil((row.not_after - now) / dayMs);
    const step = lookLimits.certificateDays.findLast(limit => days <= limit);
    if (step === undefined || days < 0) return [];
    const names = (JSON.parse(row.names) as string[]).join(', ');
    return [
      {
        event: 'certificates',
        kind: 'certificate_ending',
        values: { names, days },
        mark: `certificate:${row.id}:${step}`,
      },
    ];
  });
  const domains = (await listDomainRows(reader, tenantId)).map(({ name }) => name);
  const failing = (await orderRows(reader)).filter(
    ({ name, attempts }) =>
      attempts >= lookLimits.certificateAttempts &&
      domains.some(domain => name === domain || name.endsWith(`.${domain}`)),
  );
  return [
    ...ending,
    ...failing.map(
      ({ name, attempts, last_error: reason }): NewNotice => ({
        event: 'certificates',
        kind: 'certificate_failing',
        values: { name, attempts, reason: reason ?? '' },
        // Told again when it fails in another month.
        mark: `certificate-order:${name}:${new Date(now).toISOString().slice(0, 7)}`,
      }),
    ),
  ];
}

async function binNotices(reader: SqlReader, tenantId: TenantId, now: number): Promise<NewNotice[]> {
  const until = now + lookLimits.binDays * dayMs;
  return (await recycledBetween(reader, tenantId, now, until, lookLimits.mostBinned)).map(
    ({ account_id: id, name, address, expires_at: end }): NewNotice => ({
      event: 'recycleBin',
      kind: 'bin_ending',
      values: { name: name || address, address, days: Math.max(1, Math.ceil((end - now) / dayMs)) },
      mark: `bin:${id}:${end}`,
    }),
  );
}

/**
 * Looks at what no single act brings about: seats that run out, certificates that end or cannot be had, mail that the bin
 * is about to delete; each is told once. Forgets notices that are old. Returns how many notices were looked at.
 */
export async function lookForNotices(ctx: DirectoryContext): Promise<number> {
  const { database, clock } = ctx;
  const now = clock.now();
  let told = 0;
  for (const { id: tenantId } of await database.shared.read(listTenantRows)) {
    const notices = await database
      .of(tenantId)
      .read(async reader => [
        ...(await seatNotices(reader, tenantId)),
        ...(await certificateNotices(reader, tenantId, now)),
        ...(await binNotices(reader, tenantId, now)),
      ]);
    if (notices.length === 0) continue;
    await database.of(tenantId).transact(async tx => {
      for (const notice of notices) await raiseNotice(tx, clock, tenantId, notice);
    });
    told += notices.length;
  }
  for (let deleted = deletedAtOnce; deleted === deletedAtOnce; )
    deleted = await database
      .act('upkeep')
      .transact(tx => deleteOldNotices(tx, now - noticeLimits.keptMs, deletedAtOnce));
  return told;
}
