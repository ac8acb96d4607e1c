import { type SqlReader, statement } from '../../src/store/sql/port.ts';

const select = statement('SELECT action FROM operation WHERE tenant_id = $1 ORDER BY id');

/** Actions in a tenant's operation log, oldest first. */
export async function listOperations(reader: SqlReader, tenantId: number): Promise<string[]> {
  return (await reader.all<{ action: string }>(select, tenantId)).map(({ action }) => action);
}
