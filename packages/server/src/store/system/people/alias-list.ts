import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { withIdLists } from '../../sql/id-lists.ts';
import type { SqlReader, Statement } from '../../sql/port.ts';

/** An alias with whom it leads to. */
export interface ListedAliasRow {
  readonly domain_id: number;
  readonly local_key: string;
  readonly local_part: string;
  readonly unicode_name: string;
  readonly account_id: AccountId;
  readonly account_kind: 'person' | 'public';
  readonly display_name: string;
  readonly primary_local: string;
  readonly primary_domain: string;
  readonly created_at: number;
}

/** Where a page starts: after this alias. */
export interface AliasPosition {
  readonly localKey: string;
  readonly domainId: number;
}

export interface AliasFilter {
  /** Stands in the alias, the owner's name or the owner's address. Lower case. */
  readonly text: string;
  /** Of whom; null: of both. */
  readonly kind: 'person' | 'public' | null;
  /** Departments of which the owner has to belong to one; null: any owner. */
  readonly reach: readonly number[] | null;
}

function listing(reach: boolean): Statement {
  return withIdLists(
    among => `SELECT a.domain_id, a.local_key, a.local_part, d.unicode_name, a.account_id, c.kind AS account_kind,
      c.display_name, p.local_part AS primary_local, q.unicode_name AS primary_domain, a.created_at
    FROM address a
    JOIN domain d ON d.tenant_id = a.tenant_id AND d.id = a.domain_id
    JOIN account c ON c.tenant_id = a.tenant_id AND c.id = a.account_id
    JOIN address p ON p.tenant_id = a.tenant_id AND p.account_id = a.account_id AND p.kind = 'primary'
    JOIN domain q ON q.tenant_id = p.tenant_id AND q.id = p.domain_id
    WHERE a.tenant_id = $1 AND a.kind = 'alias' AND (a.local_key, a.domain_id) > ($2, $3) AND c.removed_at IS NULL AND ($6 = '' OR c.kind = $6)
      AND (a.local_key LIKE $4 ESCAPE '!' OR LOWER(c.display_name) LIKE $4 ESCAPE '!' OR p.local_key LIKE $4 ESCAPE '!')${
        reach
          ? ` AND a.account_id IN (SELECT x.account_id FROM member_department x
              WHERE x.tenant_id = $1 AND x.department_id ${among(7)})`
          : ''
      }
    ORDER BY a.local_key, a.domain_id LIMIT $5`,
  );
}

const listAll = listing(false);
const listReached = listing(true);

/** Aliases by name, those of accounts in the bin left out. */
export async function listAliasRows(
  reader: SqlReader,
  tenantId: TenantId,
  filter: AliasFilter,
  after: AliasPosition | null,
  limit: number,
): Promise<ListedAliasRow[]> {
  const pattern = `%${filter.text.replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
  const position = [after?.localKey ?? '', after?.domainId ?? 0] as const;
  return filter.reach === null
    ? reader.all<ListedAliasRow>(listAll, tenantId, ...position, pattern, limit, filter.kind ?? '')
    : reader.all<ListedAliasRow>(
        listReached,
        tenantId,
        ...position,
        pattern,
        limit,
        filter.kind ?? '',
        JSON.stringify(filter.reach),
      );
}
