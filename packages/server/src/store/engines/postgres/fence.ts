import { type SqlDatabase, statement } from '../../sql/port.ts';

/**
 * Row-level security as a second fence between accounts: in a fenced schema a connection sees rows of the account that its
 * transaction has named, and none when it named none. What works on rows of all (migrations, the look at change
 * counters, a repair by an operator) says so by name in `hongyan.bypass`, which is then in the server's log of the statement.
 */
export const accountSetting = 'hongyan.account';
export const bypassSetting = 'hongyan.bypass';

/** Tables with a column `account_id` that have no fence yet. */
const unfenced = statement(
  `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
   WHERE n.nspname = current_schema() AND c.relkind = 'r'
     AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_account')
   ORDER BY 1`,
);

/** Whether the role of the connection is above all policies: a superuser, or one with BYPASSRLS. */
const above = statement(
  'SELECT CASE WHEN rolsuper OR rolbypassrls THEN 1 ELSE 0 END AS above FROM pg_roles WHERE rolname = current_user',
);

/**
 * Each setting is read once in a statement, not once for each row. The owner of the tables, which is the role we are, is
 * held to the policy, too. Before a transaction has named an account the setting is missing or empty: then it is no number.
 */
function policy(table: string): string {
  const account = `(SELECT CAST(NULLIF(current_setting('${accountSetting}', true), '') AS BIGINT))`;
  const bypass = `(SELECT COALESCE(current_setting('${bypassSetting}', true), '') <> '')`;
  return `CREATE POLICY own_account ON "${table}" USING (account_id = ${account} OR ${bypass})`;
}

/** Puts the fence up around every table of the schema that has rows of accounts. Safe to call from several processes at once. */
export async function fenceAccounts(database: SqlDatabase): Promise<void> {
  if ((await database.all(unfenced)).length === 0) return;
  await database.transact(async tx => {
    for (const { name } of await tx.all<{ name: string }>(unfenced)) {
      await tx.run(statement(`ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY`));
      await tx.run(statement(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`));
      await tx.run(statement(policy(name)));
    }
  });
}

/** Whether row-level security holds for the role we are. */
export async function fenceHolds(database: SqlDatabase): Promise<boolean> {
  return (await database.get<{ above: number }>(above))?.above === 0;
}
