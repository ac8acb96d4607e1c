import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { companyRow, holdCompany, writePolicies } from '../../store/system/people/company.ts';
import type { ViewRule } from '../../store/system/people/departments.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { defaultPlan } from '../plans/templates.ts';

/** Fields of a member's profile that may be shown or not (DIR-11). Name, address and departments always are. */
export const profileFields = [
  'englishName',
  'jobTitle',
  'mobile',
  'phone',
  'employeeNumber',
  'gender',
] as const;
export type ProfileField = (typeof profileFields)[number];

/**
 * Whether administrators may give a member another address (DIR-08, DIR-14, DIR-15): always, only once and only when the
 * system made the old one, or never.
 */
export type RenamePolicy = 'free' | 'once' | 'never';

/** Rules of a company about its directory. */
export interface CompanyPolicies {
  readonly rename: RenamePolicy;
  /** Whom members see when no department says otherwise (DIR-10): everybody, or their own branch. */
  readonly view: ViewRule;
  /** What colleagues see in the address book (DIR-11). */
  readonly shownFields: readonly ProfileField[];
  /** What of it goes to outside contacts. */
  readonly outwardFields: readonly ProfileField[];
  /** Whether members may export the address book as they see it (DIR-12). */
  readonly memberExport: boolean;
}

export const defaultPolicies: CompanyPolicies = {
  rename: 'free',
  view: 'company',
  shownFields: profileFields,
  outwardFields: ['englishName', 'jobTitle'],
  memberExport: false,
};

export async function policiesIn(reader: SqlReader, tenantId: TenantId): Promise<CompanyPolicies> {
  const row = await companyRow(reader, tenantId);
  return { ...defaultPolicies, ...(row ? (JSON.parse(row.policies) as Partial<CompanyPolicies>) : {}) };
}

/** A tenant's policies, remembered like quotas. */
export async function policiesOf(ctx: DirectoryContext, tenantId: TenantId): Promise<CompanyPolicies> {
  return ctx.policies.get(ctx.database.shared, String(tenantId), () =>
    policiesIn(ctx.database.of(tenantId), tenantId),
  );
}

/** The company's policies. Needs `directoryVisibility:view`. */
export async function getPolicies(ctx: DirectoryContext, scope: Scope): Promise<CompanyPolicies> {
  requireAdministration(scope, 'directoryVisibility', 'view');
  return policiesOf(ctx, scope.tenantId);
}

function requireFields(field: string, values: readonly string[]): void {
  const known: readonly string[] = profileFields;
  if (values.every(value => known.includes(value)) && new Set(values).size === values.length) return;
  throw new MailError('input.invalid', { field });
}

/** Changes what is named in `wanted`. Needs `directoryVisibility:manage` for the whole company. Throws `input.invalid`. */
export async function updatePolicies(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: Partial<CompanyPolicies>,
): Promise<CompanyPolicies> {
  requireAdministration(scope, 'directoryVisibility', 'manage');
  requireWholeCompany(scope);
  if (wanted.shownFields) requireFields('shownFields', wanted.shownFields);
  if (wanted.outwardFields) requireFields('outwardFields', wanted.outwardFields);
  return change(ctx, scope.tenantId, async tx => {
    await holdCompany(tx, scope.tenantId, defaultPlan);
    const before = await policiesIn(tx, scope.tenantId);
    const after: CompanyPolicies = {
      rename: wanted.rename ?? before.rename,
      view: wanted.view ?? before.view,
      shownFields: wanted.shownFields ?? before.shownFields,
      outwardFields: wanted.outwardFields ?? before.outwardFields,
      memberExport: wanted.memberExport ?? before.memberExport,
    };
    await writePolicies(tx, scope.tenantId, JSON.stringify(after));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'company.policies_changed',
      targetKind: 'company',
      target: String(scope.tenantId),
      details: { before, after },
    });
    return after;
  });
}
