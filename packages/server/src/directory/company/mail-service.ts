import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import {
  holdCompany,
  mailStoppedAt,
  tenantName,
  writeMailStopped,
} from '../../store/system/people/company.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { defaultPlan } from '../plans/templates.ts';

/**
 * Stops or starts the company's mail service (TEN-38). While it is stopped nobody signs in to mail, what arrives from
 * outside is refused for the time being, and administrators still reach the console, to start it again. Needs
 * `company:manage` for the whole company. Returns since when it is stopped, null while it runs.
 */
export async function setMailService(
  ctx: DirectoryContext,
  scope: Scope,
  running: boolean,
): Promise<number | null> {
  requireAdministration(scope, 'company', 'manage');
  requireWholeCompany(scope);
  return change(ctx, scope.tenantId, async tx => {
    await holdCompany(tx, scope.tenantId, defaultPlan);
    const before = await mailStoppedAt(tx, scope.tenantId);
    if ((before === null) === running) return before;
    const after = running ? null : ctx.clock.now();
    await writeMailStopped(tx, scope.tenantId, after);
    await recordOperation(tx, ctx.clock, scope, {
      action: running ? 'company.mail_started' : 'company.mail_stopped',
      targetKind: 'company',
      target: (await tenantName(tx, scope.tenantId)) ?? '',
    });
    return after;
  });
}

/** Throws `service.stopped` while the company's mail service is stopped. */
export async function requireMailService(ctx: DirectoryContext, tenantId: TenantId): Promise<void> {
  if ((await mailStoppedAt(ctx.database.of(tenantId), tenantId)) !== null)
    throw new MailError('service.stopped');
}
