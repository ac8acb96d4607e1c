import { randomBytes } from 'node:crypto';
import type { Scope } from '../../access/scope.ts';
import { domainToDisplay, domainToKey } from '../../directory/address.ts';
import { requireDomains } from '../../directory/domain-state/access.ts';
import { recordOperation } from '../../directory/operations.ts';
import type { DnsAnswer } from '../../platform/dns/resolver.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import {
  claimRow,
  claimRows,
  type DomainClaimRow,
  deleteClaim,
  insertClaim,
  protectedClaim,
  updateClaim,
} from '../../store/system/domains/claim-rows.ts';
import { domainByName } from '../../store/system/tenants.ts';
import { type DomainsContext, tell } from '../context.ts';

const day = 86_400_000;
/** Claims that a tenant may have at a time. */
const mostClaims = 50;
const tokenBytes = 16;

/** A record that proves that a domain is the claimant's: one of the two suffices. */
export interface ProofRecord {
  readonly type: 'CNAME' | 'TXT';
  /** Whole name, A-labels. */
  readonly name: string;
  /** Relative to the domain. */
  readonly host: string;
  readonly value: string;
}

/** A tenant's wish to have a domain that another company of the installation uses (DOM-10). */
export interface DomainClaim {
  readonly name: string;
  readonly unicodeName: string;
  /** `unverified`: the record is awaited; `protected`: proven, the holder has until `dueAt`. */
  readonly state: 'unverified' | 'protected';
  readonly proof: readonly ProofRecord[];
  readonly createdAt: number;
  readonly verifiedAt: number | null;
  readonly dueAt: number | null;
}

export function proofRecords(name: string, token: string, serviceHost: string): ProofRecord[] {
  const label = `hongyan-${token}`;
  const text = '_hongyan-challenge';
  return [
    { type: 'CNAME', name: `${label}.${name}`, host: label, value: serviceHost },
    { type: 'TXT', name: `${text}.${name}`, host: text, value: `hongyan-domain-verification=${token}` },
  ];
}

async function toClaim(ctx: DomainsContext, row: DomainClaimRow): Promise<DomainClaim> {
  const { serviceHost } = await ctx.plan(row.tenant_id);
  return {
    name: row.name,
    unicodeName: domainToDisplay(row.name),
    state: row.state,
    proof: proofRecords(row.name, row.token, serviceHost),
    createdAt: row.created_at,
    verifiedAt: row.verified_at,
    dueAt: row.due_at,
  };
}

/**
 * Claims a domain that another company of the installation uses. Claiming again gives the same record. Throws
 * `input.invalid`, `domain.not_found` when nobody has it (then it is simply added), `conflict.exists` when it is the
 * tenant's own, `limit.exceeded`.
 */
export async function claimDomain(ctx: DomainsContext, scope: Scope, text: string): Promise<DomainClaim> {
  requireDomains(scope, 'manage');
  const name = domainToKey(text);
  if (name === null) throw new MailError('input.invalid', { field: 'domain', domain: text.slice(0, 320) });
  // Whose it is: somebody else's.
  const row = await ctx.directory.database.act('claim').transact(async tx => {
    const holder = await domainByName(tx, name);
    if (!holder) throw new MailError('domain.not_found', { domain: name });
    if (holder.tenant_id === scope.tenantId) throw new MailError('conflict.exists', { domain: name });
    const known = await claimRow(tx, scope.tenantId, name);
    if (known) return known;
    if ((await claimRows(tx, scope.tenantId)).length >= mostClaims) {
      throw new MailError('limit.exceeded', { limit: 'claims', max: mostClaims });
    }
    const made: DomainClaimRow = {
      tenant_id: scope.tenantId,
      name,
      token: randomBytes(tokenBytes).toString('hex'),
      state: 'unverified',
      created_at: ctx.clock.now(),
      verified_at: null,
      due_at: null,
      warned_at: null,
    };
    await insertClaim(tx, made);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.claimed',
      targetKind: 'domain',
      target: name,
    });
    return made;
  });
  return toClaim(ctx, row);
}

export async function listClaims(ctx: DomainsContext, scope: Scope): Promise<DomainClaim[]> {
  requireDomains(scope, 'view');
  const rows = await claimRows(ctx.directory.database.of(scope.tenantId), scope.tenantId);
  return Promise.all(rows.map(row => toClaim(ctx, row)));
}

/** Gives a claim up. Throws `domain.not_found` when there is none. */
export async function dropClaim(ctx: DomainsContext, scope: Scope, text: string): Promise<void> {
  requireDomains(scope, 'manage');
  const name = domainToKey(text) ?? text;
  await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    if (!(await deleteClaim(tx, scope.tenantId, name))) {
      throw new MailError('domain.not_found', { domain: name });
    }
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.claim_dropped',
      targetKind: 'domain',
      target: name,
    });
  });
}

/** Looks for the proof of a claim now. Throws `domain.not_found` when there is no claim. */
export async function checkClaim(ctx: DomainsContext, scope: Scope, text: string): Promise<DomainClaim> {
  requireDomains(scope, 'manage');
  const name = domainToKey(text) ?? text;
  const row = await claimRow(ctx.directory.database.of(scope.tenantId), scope.tenantId, name);
  if (!row) throw new MailError('domain.not_found', { domain: name });
  return toClaim(ctx, await proveClaim(ctx, row, scope));
}

/** Whether the DNS has one of the two records of a claim; null when nobody could tell. */
export async function proofStands(ctx: DomainsContext, row: DomainClaimRow): Promise<boolean | null> {
  const { serviceHost } = await ctx.plan(row.tenant_id);
  const answers = await Promise.all(
    proofRecords(row.name, row.token, serviceHost).map(
      async ({ type, name, value }): Promise<boolean | null> => {
        const answer: DnsAnswer<string> = await (type === 'CNAME'
          ? ctx.resolver.cname(name)
          : ctx.resolver.txt(name));
        if (answer.kind === 'temporary') return null;
        return answer.kind === 'records' && answer.records.some(found => found.trim() === value);
      },
    ),
  );
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

/** Begins the protection period when the proof is there; the first of several claimants is the one. */
export async function proveClaim(
  ctx: DomainsContext,
  row: DomainClaimRow,
  scope: Scope,
): Promise<DomainClaimRow> {
  if (row.state !== 'unverified' || (await proofStands(ctx, row)) !== true) return row;
  const now = ctx.clock.now();
  const due = now + ctx.policy.protectionMs;
  const done = await ctx.directory.database
    .act('claim')
    .transact(async (tx): Promise<{ readonly row: DomainClaimRow; readonly holder: TenantId | null }> => {
      const current = await claimRow(tx, row.tenant_id, row.name);
      const holder = await domainByName(tx, row.name);
      if (current?.state !== 'unverified' || !holder || (await protectedClaim(tx, row.name))) {
        return { row: current ?? row, holder: null };
      }
      const proven: DomainClaimRow = {
        ...current,
        state: 'protected',
        verified_at: now,
        due_at: due,
        warned_at: now,
      };
      await updateClaim(tx, proven);
      await recordOperation(tx, ctx.clock, scope, {
        action: 'domain.claim_proven',
        targetKind: 'domain',
        target: row.name,
        details: { takesOverAt: due },
      });
      return { row: proven, holder: holder.tenant_id };
    });
  if (done.holder !== null) {
    const days = Math.ceil(ctx.policy.protectionMs / day);
    await tell(ctx, done.holder, { kind: 'domain_claimed', domain: row.name, days });
  }
  return done.row;
}
