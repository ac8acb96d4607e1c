import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { unitExists } from '../../store/system/sharing/group-units.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { domainToKey } from '../address.ts';
import { change, type DirectoryContext, requireDomain } from '../context.ts';
import { recordOperation } from '../operations.ts';

/** How people who are invited join (DIR-05, DIR-06). */
export interface InvitationSettings {
  /** Whether people who are not in the directory may be invited; off, every link says closed. */
  readonly open: boolean;
  /** Whether an administrator approves each of them. */
  readonly approval: boolean;
  /** Department that they land in; null: directly below the company. */
  readonly departmentId: number | null;
  /** Domain of their address, as people read it; null: the company's primary domain. */
  readonly domain: string | null;
}

const settingName = 'invitations';
const initial: InvitationSettings = { open: false, approval: true, departmentId: null, domain: null };

export async function settingsIn(reader: SqlReader, tenantId: TenantId): Promise<InvitationSettings> {
  const stored = await readSetting(reader, tenantId, settingName);
  return stored === null ? initial : { ...initial, ...(JSON.parse(stored) as Partial<InvitationSettings>) };
}

/** A-labels of the domain that invited people get. Throws `domain.not_found` when the company has none. */
export async function joiningDomain(
  reader: SqlReader,
  tenantId: TenantId,
  settings: InvitationSettings,
): Promise<{ readonly name: string; readonly unicodeName: string }> {
  const domains = await listDomainRows(reader, tenantId);
  const wanted = settings.domain === null ? null : domainToKey(settings.domain);
  const domain =
    domains.find(row => row.name === wanted) ?? domains.find(row => row.is_primary === 1) ?? domains[0];
  if (!domain) throw new MailError('domain.not_found', { domain: settings.domain ?? '' });
  return { name: domain.name, unicodeName: domain.unicode_name };
}

/** Needs `invitations:view`. */
export async function invitationSettings(ctx: DirectoryContext, scope: Scope): Promise<InvitationSettings> {
  requireAdministration(scope, 'invitations', 'view');
  return settingsIn(ctx.database.of(scope.tenantId), scope.tenantId);
}

/**
 * Changes what is named. Needs `invitations:manage` for the whole company. Throws `access.denied`, `domain.not_found`,
 * `department.not_found`.
 */
export async function changeInvitationSettings(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: Partial<InvitationSettings>,
): Promise<InvitationSettings> {
  requireAdministration(scope, 'invitations', 'manage');
  requireWholeCompany(scope);
  return change(ctx, scope.tenantId, async tx => {
    const before = await settingsIn(tx, scope.tenantId);
    const after: InvitationSettings = {
      open: wanted.open ?? before.open,
      approval: wanted.approval ?? before.approval,
      departmentId: wanted.departmentId === undefined ? before.departmentId : wanted.departmentId,
      domain: wanted.domain === undefined ? before.domain : wanted.domain,
    };
    if (wanted.domain !== undefined && wanted.domain !== null) {
      await requireDomain(tx, scope.tenantId, domainToKey(wanted.domain) ?? '');
    }
    const { departmentId } = after;
    if (departmentId !== null && !(await unitExists(tx, scope.tenantId, 'department', departmentId))) {
      throw new MailError('department.not_found', { departmentId });
    }
    await writeSetting(tx, scope.tenantId, settingName, JSON.stringify(after));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'invitation.settings_changed',
      targetKind: 'company',
      target: String(scope.tenantId),
      details: { before, after },
    });
    return after;
  });
}
