import type { Scope } from '../../access/scope.ts';
import { domainToKey } from '../../directory/address.ts';
import { requireDomains } from '../../directory/domain-state/access.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import {
  type CertificateOrderRow,
  certificateRows,
  orderRows,
  putOrder,
} from '../../store/system/domains/certificate-rows.ts';
import { installation } from '../../store/system/settings.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import type { CertificateContext } from './store.ts';

/** How the certificate of a host name stands that the server orders by itself (RFC 8555). Times in ms. */
export interface HostCertificate {
  readonly name: string;
  /** `issued`: valid. `failing`: the last attempt failed, a valid one may still be there. `waiting`: not ordered yet. */
  readonly state: 'issued' | 'failing' | 'waiting';
  /** Attempts that failed since the last success. */
  readonly attempts: number;
  readonly nextAttemptAt: number | null;
  /** What the authority said last, in its words. */
  readonly lastError: string | null;
  /** Of the certificate in use; null: none. */
  readonly notAfter: number | null;
}

async function ordersOf(reader: SqlReader, scope: Scope): Promise<CertificateOrderRow[]> {
  const domains = (await listDomainRows(reader, scope.tenantId)).map(({ name }) => name);
  const ours = (name: string): boolean =>
    domains.some(domain => name === domain || name.endsWith(`.${domain}`));
  return (await orderRows(reader)).filter(({ name }) => ours(name));
}

function stateOf(order: CertificateOrderRow, valid: boolean): HostCertificate['state'] {
  if (order.attempts > 0) return 'failing';
  return valid ? 'issued' : 'waiting';
}

/**
 * The host names in the tenant's domains for which the server orders certificates (SEC-11), by name. A name appears with
 * its first attempt. Needs `domains:view`.
 */
export async function listHostCertificatesOf(
  ctx: CertificateContext,
  scope: Scope,
): Promise<HostCertificate[]> {
  requireDomains(scope, 'view');
  const now = ctx.clock.now();
  return ctx.database.of(scope.tenantId).read(async reader => {
    const ends = new Map(
      (await certificateRows(reader, installation)).map(row => [row.id, row.not_after] as const),
    );
    return (await ordersOf(reader, scope)).map(order => {
      const notAfter = ends.get(order.certificate_id ?? 0) ?? null;
      return {
        name: order.name,
        state: stateOf(order, notAfter !== null && notAfter > now),
        attempts: order.attempts,
        nextAttemptAt: order.attempts > 0 ? order.next_attempt_at : null,
        lastError: order.attempts > 0 ? order.last_error : null,
        notAfter,
      };
    });
  });
}

/** How soon after an attempt somebody may ask for the next one, ms: authorities count failures. */
const retryAfterMs = 60_000;

/**
 * Lets a failed order be tried at the next round instead of after its wait; recorded (LOG-03). Needs `domains:manage`.
 * Throws `certificate.not_found` for a name that is not ordered here, `conflict.state` when nothing failed, or just did.
 */
export async function orderAgain(ctx: CertificateContext, scope: Scope, host: string): Promise<void> {
  requireDomains(scope, 'manage');
  const name = domainToKey(host);
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const order = (await ordersOf(tx, scope)).find(one => one.name === name);
    if (!order) throw new MailError('certificate.not_found', { name: host });
    if (order.attempts === 0) throw new MailError('conflict.state', { reason: 'nothing failed' });
    const next = ctx.clock.now() + retryAfterMs;
    if (order.next_attempt_at <= next) throw new MailError('conflict.state', { reason: 'due' });
    await putOrder(tx, { ...order, next_attempt_at: next });
    await recordOperation(tx, ctx.clock, scope, {
      action: 'certificate.order_again',
      targetKind: 'certificate',
      target: order.name,
    });
  });
}
