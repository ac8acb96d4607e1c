import { createHash, randomBytes } from 'node:crypto';
import {
  administrationOf,
  intersect,
  openDepartments,
  readDepartments,
  readFunctions,
} from '../directory/administrators/administration-of.ts';
import { recordOperation } from '../directory/operations.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { CompanyDatabase, Rows } from '../store/sql/company-database.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { departmentTree } from '../store/system/administration/administrator-rows.ts';
import {
  type ApiTokenRow,
  apiTokenCount,
  apiTokenRows,
  deleteApiToken,
  insertApiToken,
  liveApiToken,
  liveApiTokenById,
  type NamedApiTokenRow,
  touchApiToken,
} from '../store/system/administration/token-rows.ts';
import { nextId } from '../store/system/sequences.ts';
import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
  requireAdministration,
} from './administration.ts';
import type { Principal, Scope } from './scope.ts';

/** Named values; times in ms. */
export interface ApiTokenLimits {
  readonly perTenant: number;
  readonly nameLength: number;
  /** How often use of a token is written down. */
  readonly touchMs: number;
}

export const defaultApiTokenLimits: ApiTokenLimits = { perTenant: 100, nameLength: 100, touchMs: 60_000 };

export interface ApiTokenContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits: ApiTokenLimits;
}

/** A key for a program, as administrators see it. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  /** First characters, to tell one from another. */
  readonly hint: string;
  readonly functions: ReadonlyMap<AdminFunction, AdminAccess>;
  /** Departments at the top of its reach; null: all that its maker reaches. */
  readonly departments: readonly number[] | null;
  /** Address of who made it. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
  readonly usedFrom: string | null;
}

export interface NewApiToken {
  readonly name: string;
  readonly functions: ReadonlyMap<AdminFunction, AdminAccess>;
  readonly departments: readonly number[] | null;
  /** ms since the epoch; null: until it is revoked. */
  readonly expiresAt: number | null;
}

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** For whom a token acts, and how far. */
export interface TokenHolder {
  readonly tokenId: number;
  readonly principal: AccountPrincipal;
  readonly administration: Administration;
}

const prefix = 'hy_';
const tokenPattern = /^hy_[A-Za-z0-9_-]{43}$/;
const hintLength = 8;

/** Whether a bearer token is of this kind. */
export function isApiToken(token: string): boolean {
  return token.startsWith(prefix);
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/**
 * For whom a token acts; null when it is unknown, over, or its maker administers nothing any more. It can do what it was
 * given as far as its maker can do it now.
 */
export async function resolveApiToken(
  ctx: ApiTokenContext,
  token: string,
  address: string,
): Promise<TokenHolder | null> {
  if (!tokenPattern.test(token)) return null;
  const now = ctx.clock.now();
  return holderOf(ctx, ctx.database.look('sign-in'), address, reader =>
    liveApiToken(reader, hashOf(token), now),
  );
}

/** The same for the number of a token that was shown before. */
export async function resolveApiTokenById(
  ctx: ApiTokenContext,
  tenantId: TenantId,
  id: number,
  address: string,
): Promise<TokenHolder | null> {
  return holderOf(ctx, ctx.database.of(tenantId), address, reader =>
    liveApiTokenById(reader, tenantId, id, ctx.clock.now()),
  );
}

async function holderOf(
  ctx: ApiTokenContext,
  rows: Rows,
  address: string,
  find: (reader: SqlReader) => Promise<NamedApiTokenRow | undefined>,
): Promise<TokenHolder | null> {
  const { database } = ctx;
  const now = ctx.clock.now();
  const found = await rows.read(async reader => {
    const row = await find(reader);
    if (!row) return null;
    const held = await administrationOf(reader, { tenantId: row.tenant_id, accountId: row.account_id });
    if (!held) return null;
    const departments = await openDepartments(reader, row.tenant_id, readDepartments(row.departments));
    return { row, administration: intersect(held, readFunctions(row.functions), departments) };
  });
  if (!found) return null;
  const { row, administration } = found;
  if (row.used_at === null || now - row.used_at >= ctx.limits.touchMs) {
    await database
      .of(row.tenant_id)
      .transact(tx => touchApiToken(tx, row, now, address), { durability: 'relaxed' });
  }
  return { tokenId: row.id, principal: principalOf(row), administration };
}

function principalOf(row: NamedApiTokenRow): AccountPrincipal {
  return {
    kind: 'account',
    tenantId: row.tenant_id,
    accountId: row.account_id,
    login: `${row.local_part}@${row.unicode_name}`,
    token: row.name,
  };
}

/**
 * Makes a token; it is shown this once and only its hash is kept. Throws `access.denied` for more than the caller holds,
 * `input.invalid`, `limit.exceeded`.
 */
export async function createApiToken(
  ctx: ApiTokenContext,
  scope: Scope,
  wanted: NewApiToken,
): Promise<{ readonly token: string; readonly entry: ApiToken }> {
  const held = requireAdministration(scope, 'api', 'manage');
  const { principal, tenantId } = scope;
  if (principal.kind !== 'account') throw new MailError('access.denied', { need: 'a person' });
  const name = wanted.name.normalize('NFC').trim();
  if (name === '' || name.length > ctx.limits.nameLength || /\p{Cc}|\p{Cs}/u.test(name)) {
    throw new MailError('input.invalid', { field: 'name', max: ctx.limits.nameLength });
  }
  const now = ctx.clock.now();
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    throw new MailError('input.invalid', { field: 'expiresAt' });
  }
  requireHeld(held, wanted);
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  const row: Omit<ApiTokenRow, 'id'> = {
    tenant_id: tenantId,
    account_id: principal.accountId,
    name,
    hint: token.slice(0, hintLength),
    functions: JSON.stringify(Object.fromEntries(wanted.functions)),
    departments: wanted.departments === null ? null : JSON.stringify(wanted.departments),
    created_at: now,
    expires_at: wanted.expiresAt,
    used_at: null,
    used_from: null,
  };
  const id = await ctx.database.of(scope.tenantId).transact(async tx => {
    if ((await apiTokenCount(tx, tenantId)) >= ctx.limits.perTenant) {
      throw new MailError('limit.exceeded', { max: ctx.limits.perTenant });
    }
    if (wanted.departments) {
      const known = new Set((await departmentTree(tx, tenantId)).map(department => department.id));
      if (wanted.departments.some(department => !known.has(department))) {
        throw new MailError('input.invalid', { field: 'departments' });
      }
    }
    const number = await nextId(tx, 'api_token');
    await insertApiToken(tx, { ...row, id: number }, hashOf(token));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'token.created',
      targetKind: 'token',
      target: name,
      details: {
        functions: Object.fromEntries(wanted.functions),
        departments: wanted.departments,
        expiresAt: wanted.expiresAt,
      },
    });
    return number;
  });
  return { token, entry: toToken({ ...row, id }, principal.login) };
}

function requireHeld(held: Administration, wanted: NewApiToken): void {
  if (wanted.functions.size === 0) throw new MailError('input.invalid', { field: 'functions' });
  for (const [name, access] of wanted.functions) {
    if (!adminFunctions.includes(name)) throw new MailError('input.invalid', { field: 'functions' });
    requireAdministration({ administration: held }, name, access);
  }
  const { departments } = held;
  if (departments !== null && wanted.departments?.some(id => !departments.has(id))) {
    throw new MailError('access.denied', { need: 'departments' });
  }
}

function toToken(row: ApiTokenRow, createdBy: string): ApiToken {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    functions: readFunctions(row.functions),
    departments: readDepartments(row.departments),
    createdBy,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    usedFrom: row.used_from,
  };
}

/** The company's tokens, oldest first. */
export async function listApiTokens(ctx: ApiTokenContext, scope: Scope): Promise<ApiToken[]> {
  requireAdministration(scope, 'api', 'view');
  const rows = await apiTokenRows(ctx.database.of(scope.tenantId), scope.tenantId);
  return rows.map(row => toToken(row, `${row.local_part}@${row.unicode_name}`));
}

/** Ends a token at once. Throws `object.not_found`. */
export async function revokeApiToken(ctx: ApiTokenContext, scope: Scope, id: number): Promise<void> {
  requireAdministration(scope, 'api', 'manage');
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const row = (await apiTokenRows(tx, scope.tenantId)).find(token => token.id === id);
    if (!row) throw new MailError('object.not_found', { kind: 'token' });
    await deleteApiToken(tx, scope.tenantId, id);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'token.revoked',
      targetKind: 'token',
      target: row.name,
    });
  });
}
