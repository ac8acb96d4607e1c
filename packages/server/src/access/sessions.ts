import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import {
  bindWebSession,
  deleteOldWebSessions,
  deleteOtherWebSessions,
  deleteWebSession,
  insertWebSession,
  liveWebSession,
  passwordInForce,
  touchWebSession,
  type WebSessionKind,
  webSessionHolds,
  webSessionsOf,
} from '../store/system/web-sessions.ts';
import type { Revocations } from './revocations.ts';
import type { Principal, Scope } from './scope.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** Values of the plan; times in ms. */
export interface SessionLimits {
  /** "Keep me signed in" (SEC-02). */
  readonly keepMs: number;
  /** Without it: the longest life, and how long it may lie unused. */
  readonly browserMs: number;
  readonly browserIdleMs: number;
  readonly tokenMs: number;
  /** Sessions of one account at a time; beyond, the ones unseen for longest end. */
  readonly maxBrowsers: number;
  readonly maxTokens: number;
  /** How often use of a session is written down. */
  readonly touchMs: number;
  readonly maxLabelLength: number;
}

const hour = 3_600_000;

export const defaultSessionLimits: SessionLimits = {
  keepMs: 5 * 24 * hour,
  browserMs: 24 * hour,
  browserIdleMs: 12 * hour,
  tokenMs: 365 * 24 * hour,
  maxBrowsers: 50,
  maxTokens: 50,
  touchMs: 5 * 60_000,
  maxLabelLength: 200,
};

export interface SessionContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Told when sessions were ended; left out: who has a connection open finds out by itself. */
  readonly revocations?: Pick<Revocations, 'announce'>;
}

/** A device or program that is signed in, as its owner sees it. */
export interface Session {
  readonly id: string;
  readonly kind: WebSessionKind;
  readonly label: string;
  readonly address: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

/** Who a token stands for. */
export interface SignedIn {
  readonly principal: AccountPrincipal;
  readonly session: Session;
  readonly administrator: boolean;
  readonly displayName: string;
  readonly language: string | null;
}

export interface NewSession {
  readonly kind: WebSessionKind;
  /** Browser only: stay signed in for the plan's days. */
  readonly keep: boolean;
  /** Name of the device or of the token. */
  readonly label: string;
  readonly address: string;
  /** When the password was shown, ms: a password newer than that was not the one. */
  readonly provenAt: number;
}

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Starts a session for somebody who just proved who they are. The token is shown this once; only its hash is kept. */
export async function startSession(
  ctx: SessionContext,
  principal: AccountPrincipal,
  wanted: NewSession,
): Promise<{ readonly token: string; readonly session: Session }> {
  const { limits } = ctx;
  const token = randomBytes(32).toString('base64url');
  const now = ctx.clock.now();
  const life = wanted.kind === 'token' ? limits.tokenMs : wanted.keep ? limits.keepMs : limits.browserMs;
  const session: Session = {
    id: randomBytes(12).toString('base64url'),
    kind: wanted.kind,
    label: wanted.label.slice(0, limits.maxLabelLength),
    address: wanted.address,
    createdAt: now,
    seenAt: now,
    expiresAt: now + life,
  };
  await ctx.database.of(principal.tenantId).transact(async tx => {
    const password = await passwordInForce(tx, principal.tenantId, principal.accountId);
    if (!password || password.created_at > wanted.provenAt) throw new MailError('auth.failed');
    await insertWebSession(
      tx,
      {
        tenant_id: principal.tenantId,
        account_id: principal.accountId,
        id: session.id,
        kind: session.kind,
        credential_id: password.id,
        label: session.label,
        address: session.address,
        created_at: now,
        seen_at: now,
        expires_at: session.expiresAt,
        idle_ms: wanted.kind === 'browser' && !wanted.keep ? limits.browserIdleMs : null,
      },
      hashOf(token),
    );
    const most = wanted.kind === 'token' ? limits.maxTokens : limits.maxBrowsers;
    await deleteOldWebSessions(tx, principal.tenantId, principal.accountId, wanted.kind, most, now);
  });
  return { token, session };
}

/** Who a token stands for, null when it is unknown or over. Revoking takes effect with the next call. */
export async function resolveSession(
  ctx: SessionContext,
  token: string,
  address: string,
): Promise<SignedIn | null> {
  if (!tokenPattern.test(token)) return null;
  const hash = hashOf(token);
  const now = ctx.clock.now();
  const row = await liveWebSession(ctx.database.look('sign-in'), hash, now);
  if (!row) return null;
  if (now - row.seen_at > ctx.limits.touchMs) {
    await ctx.database.of(row.tenant_id).transact(tx => touchWebSession(tx, hash, now, address));
  }
  return {
    principal: {
      kind: 'account',
      tenantId: row.tenant_id,
      accountId: row.account_id,
      login: `${row.local_part}@${row.unicode_name}`,
      session: row.id,
    },
    session: {
      id: row.id,
      kind: row.kind,
      label: row.label,
      address: row.address,
      createdAt: row.created_at,
      seenAt: row.seen_at,
      expiresAt: row.expires_at,
    },
    administrator: row.role === 'administrator',
    displayName: row.display_name,
    language: row.language,
  };
}

/** Whether a session goes on: not ended, not over, its password in force, its account in use. */
export async function sessionHolds(
  ctx: Pick<SessionContext, 'database' | 'clock'>,
  { tenantId, accountId }: AccountPrincipal,
  id: string,
): Promise<boolean> {
  return webSessionHolds(ctx.database.of(tenantId), tenantId, accountId, id, ctx.clock.now());
}

/** The account's sessions, the last seen first. */
export async function listSessions(ctx: SessionContext, scope: Scope): Promise<Session[]> {
  requireOwner(scope);
  const rows = await webSessionsOf(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    scope.accountId,
    ctx.clock.now(),
  );
  return rows.map(row => ({
    id: row.id,
    kind: row.kind,
    label: row.label,
    address: row.address,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  }));
}

/** Ends a session. Returns false when the account has none of that id. */
export async function endSession(ctx: SessionContext, scope: Scope, id: string): Promise<boolean> {
  requireOwner(scope);
  const ended = await ctx.database
    .of(scope.tenantId)
    .transact(tx => deleteWebSession(tx, scope.tenantId, scope.accountId, id));
  ctx.revocations?.announce();
  return ended;
}

/**
 * Ends every session of the account but `keep`, for instance when a second factor was turned on. Returns how many rows
 * were removed.
 */
export async function endAllSessions(ctx: SessionContext, scope: Scope, keep: string): Promise<number> {
  requireOwner(scope);
  const count = await ctx.database
    .of(scope.tenantId)
    .transact(tx => deleteOtherWebSessions(tx, scope.tenantId, scope.accountId, keep));
  ctx.revocations?.announce();
  return count;
}

/**
 * After a change of the password: session `keep` goes on under the new one, all others end (SEC-08). Returns how many
 * rows of others were removed.
 */
export async function endOtherSessions(ctx: SessionContext, scope: Scope, keep: string): Promise<number> {
  requireOwner(scope);
  const count = await ctx.database.of(scope.tenantId).transact(async tx => {
    const password = await passwordInForce(tx, scope.tenantId, scope.accountId);
    if (password) await bindWebSession(tx, scope.tenantId, scope.accountId, keep, password.id);
    return deleteOtherWebSessions(tx, scope.tenantId, scope.accountId, keep);
  });
  ctx.revocations?.announce();
  return count;
}

function requireOwner(scope: Scope): void {
  if (!scope.rights.administer) throw new MailError('access.denied', { need: 'sessions' });
}
