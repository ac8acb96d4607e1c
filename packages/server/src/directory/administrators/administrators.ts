import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
  requireAdministration,
} from '../../access/administration.ts';
import { requireTenantAdministration, type Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import {
  type AdministratorRole,
  administratorRow,
  administratorRows,
  deleteAdministrator,
  departmentTree,
  type NamedAdministratorRow,
  putAdministrator,
} from '../../store/system/administration/administrator-rows.ts';
import { change, type DirectoryContext } from '../context.ts';
import { requireMemberReached } from '../members/places.ts';
import { recordOperation, type WordedDetails } from '../operations.ts';
import { openDepartments, readDepartments, readFunctions } from './administration-of.ts';

/** Who administers the company, and how far (TEN-34 to TEN-36). */
export interface Administrator {
  readonly accountId: AccountId;
  readonly address: string;
  readonly name: string;
  readonly role: AdministratorRole;
  readonly disabled: boolean;
  /** What a scoped one was given; everything for the others. */
  readonly functions: ReadonlyMap<AdminFunction, AdminAccess>;
  /** Departments at the top of what a scoped one reaches; null: all. */
  readonly departments: readonly number[] | null;
  readonly createdAt: number;
}

/** What to make of somebody. */
export type Grant =
  | { readonly role: 'super' }
  | {
      readonly role: 'scoped';
      readonly functions: ReadonlyMap<AdminFunction, AdminAccess>;
      readonly departments: readonly number[] | null;
    };

const everything: ReadonlyMap<AdminFunction, AdminAccess> = new Map(
  adminFunctions.map(name => [name, 'manage']),
);

function toAdministrator(row: NamedAdministratorRow): Administrator {
  const scoped = row.role === 'scoped';
  return {
    accountId: row.account_id,
    address: `${row.local_part}@${row.unicode_name}`,
    name: row.display_name,
    role: row.role,
    disabled: row.disabled_at !== null,
    functions: scoped ? readFunctions(row.functions) : everything,
    departments: scoped ? readDepartments(row.departments) : null,
    createdAt: row.created_at,
  };
}

/** The company's administrators: owner, super, scoped. Needs `administrators:view`. */
export async function listAdministrators(ctx: DirectoryContext, scope: Scope): Promise<Administrator[]> {
  requireAdministration(scope, 'administrators', 'view');
  return (await administratorRows(ctx.database.of(scope.tenantId), scope.tenantId)).map(toAdministrator);
}

/** One administrator. Throws `administrator.not_found`. */
export async function getAdministrator(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<Administrator> {
  requireAdministration(scope, 'administrators', 'view');
  return toAdministrator(await requireRow(ctx.database.of(scope.tenantId), scope.tenantId, accountId));
}

async function requireRow(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<NamedAdministratorRow> {
  const row = await administratorRow(reader, tenantId, accountId);
  if (!row) throw new MailError('administrator.not_found', { accountId });
  return row;
}

/**
 * Makes a member an administrator, or changes what one may do. Scoped administrators who manage administrators give no
 * more than they have, and change nobody who has more. `expect` looks at what is there before anything is written.
 * Throws `account.not_found`, `access.denied`, `input.invalid`, `conflict.state` for the owner.
 */
export async function grantAdministration(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  wanted: Grant,
  expect?: (current: Administrator | null) => void,
): Promise<Administrator> {
  const held = requireAdministration(scope, 'administrators', 'manage');
  if (wanted.role === 'super') requireTenantAdministration(scope);
  else requireNoMore(held, wanted.functions);
  const { tenantId } = scope;
  return change(ctx, scope.tenantId, async tx => {
    const account = await accountById(tx, tenantId, accountId);
    if (!account || account.removed_at !== null || account.kind !== 'person') {
      throw new MailError('account.not_found', { accountId });
    }
    await requireMemberReached(tx, held, tenantId, accountId);
    const before = await administratorRow(tx, tenantId, accountId);
    expect?.(before ? toAdministrator(before) : null);
    if (before) await requireOutranked(tx, held, before);
    if (wanted.role === 'scoped') await requireDepartments(tx, tenantId, held, wanted.departments);
    await putAdministrator(tx, {
      tenant_id: tenantId,
      account_id: accountId,
      role: wanted.role,
      functions: wanted.role === 'scoped' ? JSON.stringify(Object.fromEntries(wanted.functions)) : '{}',
      departments:
        wanted.role === 'scoped' && wanted.departments !== null ? JSON.stringify(wanted.departments) : null,
      created_at: ctx.clock.now(),
    });
    const after = await requireRow(tx, tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: before ? 'administrator.changed' : 'administrator.granted',
      targetKind: 'administrator',
      target: `${after.local_part}@${after.unicode_name}`,
      details: { before: before ? recorded(before) : null, after: recorded(after) },
    });
    return toAdministrator(after);
  });
}

/** Takes everything from an administrator; the member stays. Throws `administrator.not_found`, `access.denied`, `conflict.state` for the owner. */
export async function revokeAdministration(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  expect?: (current: Administrator) => void,
): Promise<void> {
  const held = requireAdministration(scope, 'administrators', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireRow(tx, scope.tenantId, accountId);
    expect?.(toAdministrator(row));
    await requireMemberReached(tx, held, scope.tenantId, accountId);
    await requireOutranked(tx, held, row);
    await deleteAdministrator(tx, scope.tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'administrator.revoked',
      targetKind: 'administrator',
      target: `${row.local_part}@${row.unicode_name}`,
      details: { before: recorded(row), after: null },
    });
  });
}

/**
 * Hands the company over to a member (TEN-34): they become the owner, the owner becomes a super administrator, both or
 * neither. Only the owner and the command line may. Throws `account.not_found`, `access.denied`, `account.disabled`.
 */
export async function transferOwnership(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<Administrator> {
  const held = requireAdministration(scope, 'administrators', 'manage');
  const { principal, tenantId } = scope;
  const byToken = principal.kind === 'account' && principal.token !== undefined;
  if (held.role !== 'owner' || byToken) throw new MailError('access.denied', { need: 'owner' });
  return change(ctx, scope.tenantId, async tx => {
    const rows = await administratorRows(tx, tenantId);
    const owner = rows.find(row => row.role === 'owner');
    if (principal.kind === 'account' && owner?.account_id !== principal.accountId) {
      throw new MailError('access.denied', { need: 'owner' });
    }
    const account = await accountById(tx, tenantId, accountId);
    if (!account || account.removed_at !== null || account.kind !== 'person') {
      throw new MailError('account.not_found', { accountId });
    }
    if (account.disabled_at !== null) throw new MailError('account.disabled', { accountId });
    const now = ctx.clock.now();
    const blank = { tenant_id: tenantId, functions: '{}', departments: null, created_at: now };
    // In this order: the index allows no second owner at any moment.
    if (owner) await putAdministrator(tx, { ...blank, account_id: owner.account_id, role: 'super' });
    await putAdministrator(tx, { ...blank, account_id: accountId, role: 'owner' });
    const after = await requireRow(tx, tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'administrator.transferred',
      targetKind: 'administrator',
      target: `${after.local_part}@${after.unicode_name}`,
      details: {
        before: { owner: owner ? `${owner.local_part}@${owner.unicode_name}` : null },
        after: { owner: `${after.local_part}@${after.unicode_name}` },
      },
    });
    return toAdministrator(after);
  });
}

function recorded(row: NamedAdministratorRow): WordedDetails {
  const { role, functions, departments } = toAdministrator(row);
  return role === 'scoped' ? { role, functions: Object.fromEntries(functions), departments } : { role };
}

/** Throws `access.denied` for functions that go further than `held`, `input.invalid` for none. */
function requireNoMore(held: Administration, functions: ReadonlyMap<AdminFunction, AdminAccess>): void {
  if (functions.size === 0) throw new MailError('input.invalid', { field: 'functions' });
  for (const [name, access] of functions) requireAdministration({ administration: held }, name, access);
}

/** Throws `input.invalid` for departments that are not there, `access.denied` for those out of reach. */
async function requireDepartments(
  tx: SqlTransaction,
  tenantId: TenantId,
  held: Administration,
  departments: readonly number[] | null,
): Promise<void> {
  if (departments === null) {
    if (held.departments !== null) throw new MailError('access.denied', { need: 'departments' });
    return;
  }
  const known = new Set((await departmentTree(tx, tenantId)).map(department => department.id));
  if (departments.length === 0 || departments.some(id => !known.has(id))) {
    throw new MailError('input.invalid', { field: 'departments' });
  }
  const reach = held.departments;
  if (reach !== null && departments.some(id => !reach.has(id))) {
    throw new MailError('access.denied', { need: 'departments' });
  }
}

/** Throws `conflict.state` for the owner, and `access.denied` when a scoped administrator would change one who has more. */
async function requireOutranked(
  tx: SqlTransaction,
  held: Administration,
  row: NamedAdministratorRow,
): Promise<void> {
  if (row.role === 'owner') throw new MailError('conflict.state', { reason: 'owner' });
  if (held.role !== 'scoped') return;
  if (row.role === 'super') throw new MailError('access.denied', { need: 'super administrator' });
  for (const [name, access] of readFunctions(row.functions)) {
    requireAdministration({ administration: held }, name, access);
  }
  const theirs = await openDepartments(tx, row.tenant_id, readDepartments(row.departments));
  const { departments } = held;
  if (departments !== null && (theirs === null || !theirs.isSubsetOf(departments))) {
    throw new MailError('access.denied', { need: 'departments' });
  }
}
