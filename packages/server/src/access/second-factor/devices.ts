import { randomBytes } from 'node:crypto';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import {
  deleteTrustedDevice,
  insertTrustedDevice,
  touchTrustedDevice,
  trustedDevicesOf,
} from '../../store/system/sign-in/second-factors.ts';
import { sameVerifier, secretVerifier } from '../clients/secret.ts';
import type { Scope } from '../scope.ts';
import type { AccountPrincipal, SecondFactorContext } from './context.ts';

/** A browser that is not asked for the second factor, as its owner sees it. */
export interface TrustedDevice {
  readonly id: string;
  readonly label: string;
  readonly address: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

function ownerOf(tenantId: TenantId, accountId: AccountId): string {
  return `device ${tenantId}/${accountId}`;
}

/** Remembers a browser whose owner just showed the second factor; what it returns goes into its cookie. */
export async function trustDevice(
  ctx: SecondFactorContext,
  { tenantId, accountId }: AccountPrincipal,
  device: { readonly label: string; readonly address: string },
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const token = randomBytes(32).toString('base64url');
  const now = ctx.clock.now();
  const expiresAt = now + ctx.limits.deviceMs;
  await ctx.database.of(tenantId).transact(async tx => {
    await insertTrustedDevice(tx, {
      tenant_id: tenantId,
      account_id: accountId,
      id: randomBytes(12).toString('base64url'),
      verifier: secretVerifier(ctx.secretKey, ownerOf(tenantId, accountId), token),
      label: device.label.slice(0, ctx.limits.maxLabelLength),
      address: device.address,
      created_at: now,
      seen_at: now,
      expires_at: expiresAt,
    });
    const all = await trustedDevicesOf(tx, tenantId, accountId, now);
    for (const old of all.slice(ctx.limits.maxDevices)) {
      await deleteTrustedDevice(tx, tenantId, accountId, old.id);
    }
  });
  return { token, expiresAt };
}

/** Whether a browser's cookie says that it need not be asked. */
export async function isTrustedDevice(
  ctx: SecondFactorContext,
  { tenantId, accountId }: AccountPrincipal,
  token: string,
  address: string,
): Promise<boolean> {
  if (!tokenPattern.test(token)) return false;
  const now = ctx.clock.now();
  const verifier = secretVerifier(ctx.secretKey, ownerOf(tenantId, accountId), token);
  const devices = await trustedDevicesOf(ctx.database.of(tenantId), tenantId, accountId, now);
  const device = devices.find(item => sameVerifier(item.verifier, verifier));
  if (!device) return false;
  await ctx.database.of(tenantId).transact(tx => touchTrustedDevice(tx, device, now, address));
  return true;
}

/** The browsers that are remembered, the last seen first. Throws `access.denied`. */
export async function listTrustedDevices(ctx: SecondFactorContext, scope: Scope): Promise<TrustedDevice[]> {
  requireOwner(scope);
  const rows = await trustedDevicesOf(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    scope.accountId,
    ctx.clock.now(),
  );
  return rows.map(row => ({
    id: row.id,
    label: row.label,
    address: row.address,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  }));
}

/** Forgets a browser. Returns false when the account has none of that id. Throws `access.denied`. */
export async function forgetTrustedDevice(
  ctx: SecondFactorContext,
  scope: Scope,
  id: string,
): Promise<boolean> {
  requireOwner(scope);
  return ctx.database
    .of(scope.tenantId)
    .transact(tx => deleteTrustedDevice(tx, scope.tenantId, scope.accountId, id));
}

function requireOwner(scope: Scope): void {
  if (!scope.rights.administer) throw new MailError('access.denied', { need: 'devices' });
}
