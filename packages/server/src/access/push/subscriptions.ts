import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  deletePushSubscription,
  insertPushSubscription,
  movePushTold,
  type PushSubscriptionRow,
  pushSubscribers,
  pushSubscriptionsOf,
  updatePushSubscription,
} from '../../store/system/sign-in/push-subscriptions.ts';
import { webSessionHolds } from '../../store/system/web-sessions.ts';
import { credentialHolds } from '../credential-holds.ts';
import type { Principal } from '../scope.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** Values of the plan; times in ms. */
export interface PushLimits {
  /** Longest life of a subscription; it can be renewed (RFC 8620 §7.2: at least 48 hours). */
  readonly maxLifeMs: number;
  readonly maxPerAccount: number;
}

export const defaultPushLimits: PushLimits = { maxLifeMs: 7 * 24 * 3_600_000, maxPerAccount: 20 };

export interface PushContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly push: PushLimits;
}

/** A place to push to (RFC 8620 §7.2). */
export interface PushSubscription {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly id: number;
  readonly deviceClientId: string;
  readonly url: string;
  /** Base64url, as the client gave them; null: not encrypted. */
  readonly keys: { readonly p256dh: string; readonly auth: string } | null;
  readonly types: readonly string[] | null;
  readonly code: string;
  readonly verified: boolean;
  readonly expiresAt: number;
  /** JSON of the states that were pushed last. */
  readonly told: string;
}

export type NewPushSubscription = Pick<PushSubscription, 'deviceClientId' | 'url' | 'keys' | 'types'> & {
  /** Null: as long as possible. */
  readonly expiresAt: number | null;
};

function toSubscription(row: PushSubscriptionRow): PushSubscription {
  return {
    tenantId: row.tenant_id,
    accountId: row.account_id,
    id: row.id,
    deviceClientId: row.device_client_id,
    url: row.url,
    keys: row.p256dh !== null && row.auth !== null ? { p256dh: row.p256dh, auth: row.auth } : null,
    types: row.types === null ? null : (JSON.parse(row.types) as string[]),
    code: row.code,
    verified: row.verified === 1,
    expiresAt: row.expires_at,
    told: row.told,
  };
}

function lifeOf(ctx: PushContext, wanted: number | null): number {
  const latest = ctx.clock.now() + ctx.push.maxLifeMs;
  return wanted === null ? latest : Math.min(wanted, latest);
}

/** What the subscription lives and dies with. */
function credentialOf(
  principal: AccountPrincipal,
): Pick<PushSubscriptionRow, 'credential_kind' | 'credential_id'> {
  const { session, credential } = principal;
  if (session !== undefined) return { credential_kind: 'session', credential_id: session };
  if (credential) return { credential_kind: credential.kind, credential_id: String(credential.id) };
  throw new MailError('access.denied', { need: 'credential' });
}

async function holds(ctx: PushContext, row: PushSubscriptionRow): Promise<boolean> {
  const { tenant_id: tenantId, account_id: accountId, credential_kind: kind, credential_id: id } = row;
  if (kind === 'session') {
    return webSessionHolds(ctx.database.of(tenantId), tenantId, accountId, id, ctx.clock.now());
  }
  const credential = { kind, id: Number(id) };
  return credentialHolds(
    ctx.database,
    { kind: 'account', tenantId, accountId, login: '', credential },
    'api',
  );
}

/** Adds a subscription; it is not pushed to before its client has shown the code. Throws `limit.exceeded`. */
export async function addPushSubscription(
  ctx: PushContext,
  principal: AccountPrincipal,
  wanted: NewPushSubscription,
): Promise<PushSubscription> {
  const { tenantId, accountId } = principal;
  const now = ctx.clock.now();
  return ctx.database.of(tenantId).transact(async tx => {
    const { length } = await pushSubscriptionsOf(tx, tenantId, accountId, now);
    if (length >= ctx.push.maxPerAccount) throw new MailError('limit.exceeded', { most: length });
    const row: PushSubscriptionRow = {
      tenant_id: tenantId,
      account_id: accountId,
      id: await nextId(tx, 'push_subscription'),
      device_client_id: wanted.deviceClientId,
      url: wanted.url,
      p256dh: wanted.keys?.p256dh ?? null,
      auth: wanted.keys?.auth ?? null,
      types: wanted.types === null ? null : JSON.stringify(wanted.types),
      code: randomBytes(24).toString('base64url'),
      verified: 0,
      expires_at: lifeOf(ctx, wanted.expiresAt),
      told: '{}',
      ...credentialOf(principal),
    };
    await insertPushSubscription(tx, row, now);
    return toSubscription(row);
  });
}

/** The subscriptions made with what the principal signed in with; those of other devices are none of its business. */
export async function ownPushSubscriptions(
  ctx: PushContext,
  principal: AccountPrincipal,
): Promise<PushSubscription[]> {
  const mine = credentialOf(principal);
  const rows = await pushSubscriptionsOf(
    ctx.database.of(principal.tenantId),
    principal.tenantId,
    principal.accountId,
    ctx.clock.now(),
  );
  return rows
    .filter(row => row.credential_kind === mine.credential_kind && row.credential_id === mine.credential_id)
    .map(toSubscription);
}

/** What of an account is to be pushed to; whose credential is gone is removed (RFC 8620 §7.2). */
export async function livePushSubscriptions(
  ctx: PushContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<PushSubscription[]> {
  const live: PushSubscription[] = [];
  for (const row of await pushSubscriptionsOf(
    ctx.database.of(tenantId),
    tenantId,
    accountId,
    ctx.clock.now(),
  )) {
    if (await holds(ctx, row)) live.push(toSubscription(row));
    else await ctx.database.of(tenantId).transact(tx => deletePushSubscription(tx, row));
  }
  return live.filter(subscription => subscription.verified);
}

/** Accounts that something is pushed to. */
export async function listPushSubscribers(
  ctx: PushContext,
): Promise<{ readonly tenantId: TenantId; readonly accountId: AccountId }[]> {
  const rows = await pushSubscribers(ctx.database.look('due'), ctx.clock.now());
  return rows.map(row => ({ tenantId: row.tenant_id, accountId: row.account_id }));
}

/** What may change of a subscription. */
export interface PushSubscriptionChange {
  readonly types?: readonly string[] | null;
  readonly expiresAt?: number | null;
  /** The client has shown the right code. */
  readonly verified?: true;
}

/** Changes one. Returns what the server made of it, null when it is gone. */
export async function changePushSubscription(
  ctx: PushContext,
  subscription: PushSubscription,
  change: PushSubscriptionChange,
): Promise<PushSubscription | null> {
  const { tenantId, accountId, id } = subscription;
  return ctx.database.of(tenantId).transact(async tx => {
    const rows = await pushSubscriptionsOf(tx, tenantId, accountId, ctx.clock.now());
    const row = rows.find(item => item.id === id);
    if (!row) return null;
    const { types, expiresAt } = change;
    const next: PushSubscriptionRow = {
      ...row,
      ...(types !== undefined && { types: types === null ? null : JSON.stringify(types) }),
      ...(expiresAt !== undefined && { expires_at: lifeOf(ctx, expiresAt) }),
      ...(change.verified && { verified: 1 }),
    };
    await updatePushSubscription(tx, next);
    return toSubscription(next);
  });
}

/** Claims the pushing of new states: false when another process has done so. */
export async function claimPush(
  ctx: PushContext,
  subscription: PushSubscription,
  told: string,
): Promise<boolean> {
  const { tenantId, accountId, id } = subscription;
  const key = { tenant_id: tenantId, account_id: accountId, id, told: subscription.told };
  return ctx.database.of(tenantId).transact(tx => movePushTold(tx, key, told));
}

/** Removes one. False when it was gone. */
export async function removePushSubscription(
  ctx: PushContext,
  subscription: Pick<PushSubscription, 'tenantId' | 'accountId' | 'id'>,
): Promise<boolean> {
  const { tenantId, accountId, id } = subscription;
  return ctx.database
    .of(tenantId)
    .transact(tx => deletePushSubscription(tx, { tenant_id: tenantId, account_id: accountId, id }));
}
