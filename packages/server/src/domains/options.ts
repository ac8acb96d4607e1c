import type { Scope } from '../access/scope.ts';
import { requireDomains } from '../directory/domain-state/access.ts';
import { domainGate, setDomainGate } from '../directory/domain-state/gate.ts';
import { recordOperation } from '../directory/operations.ts';
import type { DomainsContext } from './context.ts';

/** What holds for a company's domains. */
export interface DomainOptions {
  /** Members are made only in domains whose MX records are live (DOM-07). */
  readonly membersWaitForMx: boolean;
  /** Below which trial domains are made (DOM-01), or null. */
  readonly trialSuffix: string | null;
  /** Page where a company can register a domain (DOM-04), or null. */
  readonly registrar: string | null;
}

export async function domainOptions(ctx: DomainsContext, scope: Scope): Promise<DomainOptions> {
  requireDomains(scope, 'view');
  const { trialSuffix, registrar } = ctx;
  const membersWaitForMx = await domainGate(ctx.directory.database.of(scope.tenantId), scope.tenantId);
  return { membersWaitForMx, trialSuffix, registrar };
}

/** Turns the gate of DOM-07 on or off for the company. */
export async function changeDomainGate(ctx: DomainsContext, scope: Scope, on: boolean): Promise<void> {
  requireDomains(scope, 'manage');
  await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    const before = await domainGate(tx, scope.tenantId);
    await setDomainGate(tx, scope.tenantId, on);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.gate_changed',
      targetKind: 'tenant',
      target: String(scope.tenantId),
      details: { before, after: on },
    });
  });
}
