import { randomBytes } from 'node:crypto';
import { requireAccount } from '../../directory/users.ts';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { credentialsOf } from '../../store/system/credentials.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  type ClientPasswordRow,
  clientPasswordsOf,
  deleteClientPassword,
  deleteClientPasswords,
  insertClientPassword,
} from '../../store/system/sign-in/client-passwords.ts';
import { decodeScramKeys, encodeScramKeys, makeScramKeys, scramSaltOctets } from '../passwords/scram-keys.ts';
import type { Revocations } from '../revocations.ts';
import type { Scope } from '../scope.ts';
import { newClientPassword, secretVerifier } from './secret.ts';
import { clientStanding } from './standing.ts';

/** Values of the plan. */
export interface ClientPasswordLimits {
  /** Client passwords of one account at a time. */
  readonly most: number;
  /** Characters of a name. */
  readonly maxNameLength: number;
}

export const defaultClientPasswordLimits: ClientPasswordLimits = { most: 20, maxNameLength: 128 };

export interface ClientPasswordContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  /** Key of the installation for hashes of secrets. */
  readonly secretKey: Uint8Array;
  readonly revocations: Revocations;
  readonly clientPasswords: ClientPasswordLimits;
}

/** A client password as its owner sees it: without the secret. */
export interface ClientPassword {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly lastService: string | null;
  readonly lastAddress: string | null;
  /** `off` while mail clients are off for the account (CLI-12). */
  readonly state: 'normal' | 'off';
}

/** Owner of the verifier of a client password. */
export function verifierOwner(tenantId: TenantId, accountId: AccountId): string {
  return `client ${tenantId}/${accountId}`;
}

function toClientPassword(row: ClientPasswordRow, state: ClientPassword['state']): ClientPassword {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    lastService: row.last_service,
    lastAddress: row.last_address,
    state,
  };
}

function requireOwner(scope: Scope): void {
  if (!scope.rights.administer || scope.accountId === 0) {
    throw new MailError('access.denied', { need: 'client passwords' });
  }
}

/** A name fit for a list: trimmed, on one line. Throws `input.invalid`. */
function requireName(limits: ClientPasswordLimits, name: string): string {
  const trimmed = name.trim();
  const fit = trimmed !== '' && trimmed.length <= limits.maxNameLength && !/\p{Cc}/u.test(trimmed);
  if (!fit) throw new MailError('input.invalid', { field: 'name', max: limits.maxNameLength });
  return trimmed;
}

/**
 * The salt that all passwords of an account have in common: a client of SCRAM is sent one salt before it is known which
 * password it has (RFC 5802 §5). Null: there is none yet.
 */
export async function accountSalt(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<Uint8Array | null> {
  const [main] = await credentialsOf(reader, tenantId, accountId, 'scram-sha-256');
  const [client] = main ? [] : await clientPasswordsOf(reader, tenantId, accountId);
  const stored = main?.secret ?? client?.scram;
  return stored === undefined ? null : (decodeScramKeys(stored)?.salt ?? null);
}

/**
 * Makes a client password for the scope's account, a member's or a public mailbox's (CLI-04, PUB-05). The secret is in
 * this answer and nowhere else. Throws `access.denied`, `input.invalid`, `limit.exceeded`, `account.not_found`.
 */
export async function createClientPassword(
  ctx: ClientPasswordContext,
  scope: Scope,
  name: string,
): Promise<{ readonly secret: string; readonly clientPassword: ClientPassword }> {
  requireOwner(scope);
  const { tenantId, accountId } = scope;
  const secret = newClientPassword();
  const salt =
    (await accountSalt(ctx.database.of(scope.tenantId), tenantId, accountId)) ?? randomBytes(scramSaltOctets);
  const keys = await makeScramKeys(secret, salt);
  const trimmed = requireName(ctx.clientPasswords, name);
  return ctx.database.of(scope.tenantId).transact(async tx => {
    await requireAccount(tx, tenantId, accountId);
    const { length } = await clientPasswordsOf(tx, tenantId, accountId);
    if (length >= ctx.clientPasswords.most)
      throw new MailError('limit.exceeded', { most: ctx.clientPasswords.most });
    const row: ClientPasswordRow = {
      tenant_id: tenantId,
      account_id: accountId,
      id: await nextId(tx, 'client_password'),
      name: trimmed,
      verifier: secretVerifier(ctx.secretKey, verifierOwner(tenantId, accountId), secret),
      scram: encodeScramKeys(keys),
      created_at: ctx.clock.now(),
      last_used_at: null,
      last_service: null,
      last_address: null,
    };
    await insertClientPassword(tx, row);
    return { secret, clientPassword: toClientPassword(row, 'normal') };
  });
}

/** The account's client passwords with their last use (CLI-12), oldest first. Throws `access.denied`. */
export async function listClientPasswords(
  ctx: ClientPasswordContext,
  scope: Scope,
): Promise<ClientPassword[]> {
  requireOwner(scope);
  return readClientPasswords(ctx.database, scope.tenantId, scope.accountId);
}

/** As `listClientPasswords`, for callers that have checked who may. */
export async function readClientPasswords(
  database: CompanyDatabase,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<ClientPassword[]> {
  return database.of(tenantId).read(async reader => {
    const { allowed, enabled } = await clientStanding(reader, tenantId, accountId);
    const rows = await clientPasswordsOf(reader, tenantId, accountId);
    return rows.map(row => toClientPassword(row, allowed && enabled ? 'normal' : 'off'));
  });
}

/**
 * Takes a client password back; what it opened is closed, in every process. Returns false when the account has none of that
 * id. Throws `access.denied`.
 */
export async function revokeClientPassword(
  ctx: ClientPasswordContext,
  scope: Scope,
  id: number,
): Promise<boolean> {
  requireOwner(scope);
  const gone = await ctx.database
    .of(scope.tenantId)
    .transact(tx => deleteClientPassword(tx, scope.tenantId, scope.accountId, id));
  ctx.revocations.announce();
  return gone;
}

/** Takes back all of an account. Returns how many there were. Throws `access.denied`. */
export async function revokeClientPasswords(ctx: ClientPasswordContext, scope: Scope): Promise<number> {
  requireOwner(scope);
  const count = await ctx.database
    .of(scope.tenantId)
    .transact(tx => deleteClientPasswords(tx, scope.tenantId, scope.accountId));
  ctx.revocations.announce();
  return count;
}
