import { tenantScope } from '../../access/scope.ts';
import { change } from '../../directory/context.ts';
import { recordOperation } from '../../directory/operations.ts';
import { recycle } from '../../directory/recycle-bin/remove.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import { deleteDkimKeys } from '../../store/system/dkim-keys.ts';
import {
  claimRow,
  type DomainClaimRow,
  deleteClaim,
  deleteClaimsOn,
  everyClaim,
  updateClaim,
} from '../../store/system/domains/claim-rows.ts';
import {
  addressesInDomain,
  deleteAddressesInDomain,
  disableAccount,
  promoteAddress,
} from '../../store/system/domains/moves.ts';
import { deleteDomainStatus, putDomainStatus } from '../../store/system/domains/status-rows.ts';
import { deleteGroup } from '../../store/system/groups.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  type DomainRow,
  deleteDomain,
  domainByName,
  insertDomain,
  listDomainRows,
  makePrimary,
} from '../../store/system/tenants.ts';
import { type DomainsContext, tell } from '../context.ts';
import { firstStatus } from '../watch/first-status.ts';
import { proofStands, proveClaim } from './claims.ts';

const day = 86_400_000;

/** One round over all claims: looks for proofs, warns holders, hands over what is due (DOM-10, DOM-11). */
export async function workClaims(ctx: DomainsContext): Promise<void> {
  for (const row of await everyClaim(ctx.directory.database.look('due'))) await workClaim(ctx, row);
}

async function workClaim(ctx: DomainsContext, row: DomainClaimRow): Promise<void> {
  const now = ctx.clock.now();
  const scope = tenantScope(row.tenant_id, 'domain watch');
  if (row.state === 'unverified') {
    if (now - row.created_at <= ctx.policy.claimKeepMs) {
      await proveClaim(ctx, row, scope);
      return;
    }
    await ctx.directory.database.of(row.tenant_id).transact(tx => deleteClaim(tx, row.tenant_id, row.name));
    return;
  }
  const due = row.due_at ?? now;
  if (now >= due) {
    // The proof has to stand until the end: whoever lost the domain meanwhile must not get it.
    const stands = await proofStands(ctx, row);
    if (stands === true) await takeOver(ctx, row);
    else if (stands === false) {
      await ctx.directory.database.of(row.tenant_id).transact(tx => deleteClaim(tx, row.tenant_id, row.name));
    }
    return;
  }
  const warned = row.warned_at ?? 0;
  const crossed = ctx.policy.claimWarningsMs.some(left => warned < due - left && due - left <= now);
  if (!crossed) return;
  await ctx.directory.database.of(row.tenant_id).transact(tx => updateClaim(tx, { ...row, warned_at: now }));
  const holder = await domainByName(ctx.directory.database.look('route'), row.name);
  if (holder) {
    const days = Math.ceil((due - now) / day);
    await tell(ctx, holder.tenant_id, { kind: 'domain_claimed', domain: row.name, days });
  }
}

/** Hands a domain over: the old tenant's addresses in it end, the new tenant gets it empty, with keys of its own. */
async function takeOver(ctx: DomainsContext, claim: DomainClaimRow): Promise<void> {
  const fileKeys = await ctx.directory.domainKeys?.prepare();
  const done = await change(
    ctx.directory,
    'claim',
    async (tx): Promise<{ readonly loser: TenantId | null } | null> => {
      if ((await claimRow(tx, claim.tenant_id, claim.name))?.state !== 'protected') return null;
      const old = await domainByName(tx, claim.name);
      if (old) await strip(ctx, tx, old);
      const fresh: DomainRow = {
        tenant_id: claim.tenant_id,
        id: await nextId(tx, 'domain'),
        name: claim.name,
        unicode_name: old?.unicode_name ?? claim.name,
        is_primary: (await listDomainRows(tx, claim.tenant_id)).length === 0 ? 1 : 0,
        created_at: ctx.clock.now(),
      };
      await insertDomain(tx, fresh);
      await fileKeys?.(tx, fresh);
      await putDomainStatus(tx, firstStatus(fresh, ctx.schedule.firstMs[0] ?? 0));
      await deleteClaimsOn(tx, claim.name);
      await recordOperation(tx, ctx.clock, tenantScope(claim.tenant_id, 'domain watch'), {
        action: 'domain.taken_over',
        targetKind: 'domain',
        target: claim.name,
      });
      return { loser: old?.tenant_id ?? null };
    },
  );
  // Given up meanwhile: nobody won.
  if (!done) return;
  const { loser } = done;
  await tell(ctx, claim.tenant_id, { kind: 'domain_won', domain: claim.name });
  if (loser !== null) await tell(ctx, loser, { kind: 'domain_lost', domain: claim.name });
}

/**
 * Takes a domain from its tenant with all addresses in it. Who keeps none goes into the recycle bin: the mail can be copied
 * out of it and is erased when its time is over (DOM-11, RCY-02). Administrators who may not go are disabled.
 */
async function strip(ctx: DomainsContext, tx: SqlTransaction, old: DomainRow): Promise<void> {
  const { tenant_id: tenantId } = old;
  const ended = await addressesInDomain(tx, tenantId, old.id);
  const accounts = new Set(ended.flatMap(({ account_id: id }) => (id === null ? [] : [id])));
  await deleteAddressesInDomain(tx, tenantId, old.id);
  for (const { group_id: groupId } of ended) if (groupId !== null) await deleteGroup(tx, tenantId, groupId);
  const gone: number[] = [];
  for (const accountId of accounts) {
    const [first] = await addressesOfAccount(tx, tenantId, accountId);
    if (!first) {
      const lost = ended.find(({ account_id: id }) => id === accountId);
      const shownAs = lost ? `${lost.local_part}@${old.unicode_name}` : '';
      gone.push(accountId);
      if (!(await recycled(ctx, tx, tenantId, accountId, shownAs))) {
        await disableAccount(tx, tenantId, accountId, ctx.clock.now());
      }
    } else if (first.kind !== 'primary') await promoteAddress(tx, first);
  }
  await deleteDkimKeys(tx, tenantId, old.id);
  await deleteDomainStatus(tx, tenantId, old.id);
  await deleteDomain(tx, tenantId, old.id);
  const [next] = await listDomainRows(tx, tenantId);
  if (old.is_primary === 1 && next) await makePrimary(tx, tenantId, next.id);
  await recordOperation(tx, ctx.clock, tenantScope(tenantId, 'domain watch'), {
    action: 'domain.lost',
    targetKind: 'domain',
    target: old.name,
    details: { addressesEnded: ended.length, accountsEnded: gone.length },
  });
}

/** Puts an account without addresses into the bin; false for one that may not go there or lies there. */
async function recycled(
  ctx: DomainsContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  shownAs: string,
): Promise<boolean> {
  const row = await accountById(tx, tenantId, accountId);
  if (!row) return false;
  // It lies there already: its addresses go, its time stays.
  if (row.removed_at !== null) return true;
  try {
    await recycle(ctx.directory, tx, tenantScope(tenantId, 'domain watch'), row, shownAs);
    return true;
  } catch (error) {
    if (isMailError(error, 'conflict.state')) return false;
    throw error;
  }
}
