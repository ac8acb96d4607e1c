import type { AccountId, TenantId } from '../../../platform/ids.ts';
import {
  type SqlReader,
  type SqlTransaction,
  type SqlValue,
  type Statement,
  statement,
} from '../../sql/port.ts';
import type { OperationRow } from '../operations.ts';

/** Which operations; left out: no condition. Texts are lower case. */
export interface OperationFilter {
  /** At or after, before; ms. */
  readonly from?: number;
  readonly to?: number;
  readonly actorId?: AccountId;
  /** Stands somewhere in who did it. */
  readonly actor?: string;
  /** The action, or all whose name begins so, up to a dot. */
  readonly action?: string;
  readonly targetKind?: string;
  /** Stands somewhere in the name of the object. */
  readonly target?: string;
}

const columns = 'tenant_id, id, at, actor_id, actor, action, target_kind, target, client_address, details';

const conditions = {
  from: 'at >= $',
  to: 'at < $',
  actorId: 'actor_id = $',
  actor: "LOWER(actor) LIKE $ ESCAPE '!'",
  action: "action LIKE $ ESCAPE '!'",
  targetKind: 'target_kind = $',
  target: "LOWER(target) LIKE $ ESCAPE '!'",
} as const satisfies Record<keyof OperationFilter, string>;

const names = Object.keys(conditions) as (keyof OperationFilter)[];
const queries = new Map<string, Statement>();
const countOf = statement(
  'SELECT COUNT(*) AS n FROM operation WHERE tenant_id = $1 AND at > $2 AND action = $3',
);
const selectExpired = statement(
  'SELECT id FROM operation WHERE tenant_id = $1 AND at < $2 ORDER BY at, id LIMIT $3',
);
const deleteRow = statement('DELETE FROM operation WHERE tenant_id = $1 AND id = $2');

function escaped(text: string): string {
  return text.replaceAll(/[!%_]/g, sign => `!${sign}`);
}

function valueOf(name: keyof OperationFilter, value: string | number): SqlValue {
  if (name === 'actor' || name === 'target') return `%${escaped(String(value))}%`;
  return name === 'action' ? `${escaped(String(value))}%` : value;
}

/** The statement for a kind of filter, made once: there are at most 128. */
function queryFor(used: readonly (keyof OperationFilter)[]): Statement {
  const key = used.join();
  let query = queries.get(key);
  if (!query) {
    const where = used.map((name, i) => conditions[name].replace('$', `$${i + 5}`));
    query = statement(
      `SELECT ${columns} FROM operation
       WHERE ${['tenant_id = $1', '(at, id) < ($2, $3)', ...where].join(' AND ')}
       ORDER BY at DESC, id DESC LIMIT $4`,
    );
    queries.set(key, query);
  }
  return query;
}

/** How often a tenant's administrators did one thing after `since` (ms). */
export async function countOperations(
  reader: SqlReader,
  tenantId: TenantId,
  action: string,
  since: number,
): Promise<number> {
  return (await reader.get<{ n: number }>(countOf, tenantId, since, action))?.n ?? 0;
}

/** Operations of a tenant, newest first, before a position. */
export async function listOperationRows(
  reader: SqlReader,
  tenantId: TenantId,
  filter: OperationFilter,
  before: { readonly at: number; readonly id: number } | null,
  limit: number,
): Promise<OperationRow[]> {
  const used = names.filter(name => filter[name] !== undefined);
  const { at, id } = before ?? { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
  const values = used.map(name => valueOf(name, filter[name] ?? ''));
  return reader.all<OperationRow>(queryFor(used), tenantId, at, id, limit, ...values);
}

/** Removes up to `most` operations from before `before`. Returns how many. */
export async function deleteOldOperations(
  tx: SqlTransaction,
  tenantId: TenantId,
  before: number,
  most: number,
): Promise<number> {
  const rows = await tx.all<{ id: number }>(selectExpired, tenantId, before, most);
  for (const { id } of rows) await tx.run(deleteRow, tenantId, id);
  return rows.length;
}
