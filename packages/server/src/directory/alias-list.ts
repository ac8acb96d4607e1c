import { requireAdministration } from '../access/administration.ts';
import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import { listAliasRows } from '../store/system/people/alias-list.ts';
import type { DirectoryContext } from './context.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from './paging.ts';

/** An alias with whom it leads to (ALS-01). */
export interface OwnedAlias {
  readonly address: string;
  readonly accountId: AccountId;
  readonly kind: 'person' | 'public';
  readonly name: string;
  /** Primary address of the account. */
  readonly primaryAddress: string;
  readonly createdAt: number;
}

const maxText = 200;

/**
 * Aliases by name, of accounts in reach. `search` stands in the alias or in its owner's name or address. Needs
 * `aliases:view`. Throws `access.denied`, `input.invalid`.
 */
export async function listAliasPage(
  ctx: DirectoryContext,
  scope: Scope,
  query: PageRequest & { readonly search?: string; readonly kind?: 'person' | 'public' },
): Promise<Page<OwnedAlias>> {
  const { departments } = requireAdministration(scope, 'aliases', 'view');
  const { search = '' } = query;
  if (search.length > maxText) throw new MailError('input.invalid', { field: 'search', max: maxText });
  const limit = requireLimit(query.limit);
  const after = readCursor(query.cursor);
  const rows = await listAliasRows(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    {
      // What stands behind the @ names a domain, not the alias.
      text: (search.trim().toLowerCase().split('@')[0] ?? '').normalize('NFC'),
      kind: query.kind ?? null,
      reach: departments === null ? null : [...departments],
    },
    after && { localKey: after[0] ?? '', domainId: Number(after[1]) },
    limit + 1,
  );
  const page = pageOf(rows, limit, row => [row.local_key, row.domain_id]);
  return {
    ...page,
    items: page.items.map(row => ({
      address: `${row.local_part}@${row.unicode_name}`,
      accountId: row.account_id,
      kind: row.account_kind,
      name: row.display_name,
      primaryAddress: `${row.primary_local}@${row.primary_domain}`,
      createdAt: row.created_at,
    })),
  };
}
