import {
  type Administration,
  requireAdministration,
  requireWholeCompany,
} from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { listMembers } from '../../directory/members/list.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AdministrationContext } from '../context.ts';
import { mailboxUse } from '../mailbox-use.ts';
import { deletedCount } from './deleted-count.ts';

/** How full a mailbox is (STA-05). */
export interface MailboxCapacity {
  readonly accountId: AccountId;
  readonly name: string;
  readonly address: string;
  readonly usedBytes: number;
  /** Null: no limit. */
  readonly limitBytes: number | null;
  readonly messages: number;
  /** Deleted for good within the last 30 days. */
  readonly deletedLastMonth: number;
}

/** What is left of a mailbox below which it is nearly full. */
const nearlyFull = 0.1;

/**
 * Mailboxes of members in which less than a tenth is left; with `text` those that match it, however full. Looks at
 * `limit` members at most: a page can be empty and still have a next one. Needs `statistics:view` of the whole company.
 */
export async function mailboxCapacity(
  ctx: AdministrationContext,
  scope: Scope,
  page: { readonly text?: string; readonly cursor?: string; readonly limit: number },
): Promise<{ readonly items: readonly MailboxCapacity[]; readonly nextCursor: string | null }> {
  const administration = requireAdministration(scope, 'statistics', 'view');
  requireWholeCompany(scope);
  // Whoever may see the numbers sees whose they are.
  const functions: Administration['functions'] = new Map([...administration.functions, ['members', 'view']]);
  const reading: Scope = { ...scope, administration: { ...administration, functions } };
  const { items, nextCursor } = await listMembers(ctx.directory, reading, page);
  const uses = await mailboxUse(
    ctx,
    reading,
    items.map(({ accountId }) => accountId),
  );
  const used = new Map(uses.map(use => [use.accountId, use]));
  const all = items.map(({ accountId, name, address, effectiveQuotaBytes }) => ({
    accountId,
    name,
    address,
    usedBytes: used.get(accountId)?.usedBytes ?? 0,
    limitBytes: effectiveQuotaBytes,
    messages: used.get(accountId)?.messages ?? 0,
  }));
  const near = ({ usedBytes, limitBytes }: (typeof all)[number]): boolean =>
    limitBytes !== null && limitBytes - usedBytes < limitBytes * nearlyFull;
  const wanted = page.text !== undefined && page.text !== '';
  const shown: MailboxCapacity[] = [];
  for (const one of wanted ? all : all.filter(near)) {
    shown.push({ ...one, deletedLastMonth: await deletedCount(ctx, scope, one.accountId) });
  }
  return { items: shown, nextCursor };
}
