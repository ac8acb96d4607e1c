import { MailError } from '../../../platform/errors.ts';
import {
  type ReadOptions,
  type SqlDatabase,
  type SqlReader,
  type Statement,
  statement,
} from '../../sql/port.ts';

/**
 * Row-level security as a second fence between accounts, or between companies: in a fenced schema a connection sees rows
 * of those whom its transaction has named, and none when it named nobody. What works on rows of all (migrations, the look at
 * change counters, a repair by an operator) says so by name in `hongyan.bypass`, which is then in the server's log of the
 * statement.
 */
const accountSetting = 'hongyan.account';
const tenantSetting = 'hongyan.tenant';
export const bypassSetting = 'hongyan.bypass';

/** Between whom a fence stands. */
export type Fence = 'account' | 'tenant';

interface FenceWords {
  readonly column: string;
  readonly policy: string;
  readonly setting: string;
  /** Tables with the column that have no fence yet, or one of before there could be several names. */
  readonly unfenced: Statement;
}

function fenceWords(column: string, policy: string, setting: string): FenceWords {
  const unfenced = statement(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = '${column}' AND NOT a.attisdropped
     WHERE n.nspname = current_schema() AND c.relkind = 'r'
       AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = '${policy}'
         AND pg_get_expr(p.polqual, p.polrelid) LIKE '%string_to_array%')
     ORDER BY 1`,
  );
  return { column, policy, setting, unfenced };
}

const fences: Readonly<Record<Fence, FenceWords>> = {
  account: fenceWords('account_id', 'own_account', accountSetting),
  tenant: fenceWords('tenant_id', 'own_company', tenantSetting),
};

function setNumbers(setting: string, values: readonly number[]): string {
  if (!values.every(Number.isSafeInteger)) throw new MailError('input.invalid', { reason: setting });
  return `SET LOCAL ${setting} = '${values.join(',')}'`;
}

/** The statement by which a transaction says that it is about the rows of several accounts. Throws `input.invalid`. */
export function accountsStep(accounts: readonly number[]): string {
  return setNumbers(accountSetting, accounts);
}

/** Rows that came in bulk have no statistics yet: a nested loop then takes hours for what a hash does in seconds. */
const thoroughSteps: readonly string[] = [
  'SET LOCAL statement_timeout = 0',
  'SET LOCAL enable_nestloop = off',
  'SET LOCAL plan_cache_mode = force_custom_plan',
];

/** The statements by which a transaction says whose rows it is about, and how. Throws `input.invalid` for what could be more than a name. */
export function scopeSteps({ account, tenant, across, thorough }: ReadOptions): string[] {
  const steps: string[] = thorough ? [...thoroughSteps] : [];
  if (account !== undefined) steps.push(setNumbers(accountSetting, [account]));
  if (tenant !== undefined)
    steps.push(setNumbers(tenantSetting, typeof tenant === 'number' ? [tenant] : tenant));
  if (across !== undefined) {
    if (!/^[a-z][a-z-]{0,62}$/.test(across)) throw new MailError('input.invalid', { reason: 'across' });
    steps.push(`SET LOCAL ${bypassSetting} = '${across}'`);
  }
  return steps;
}

/** What takes back the scope of the work before in the same transaction: the connection's own words hold again. */
export const noScope: readonly string[] = [accountSetting, tenantSetting, bypassSetting].map(
  setting => `SET LOCAL ${setting} TO DEFAULT`,
);

/** Whether the role of the connection is above all policies: a superuser, or one with BYPASSRLS. */
const above = statement(
  'SELECT CASE WHEN rolsuper OR rolbypassrls THEN 1 ELSE 0 END AS above FROM pg_roles WHERE rolname = current_user',
);

/**
 * Each setting is read once in a statement, not once for each row. The owner of the tables, which is the role we are, is
 * held to the policy, too. Before a transaction has named an account the setting is missing or empty: then it is no number.
 */
function policyOn(table: string, { column, policy, setting }: FenceWords): string {
  // The cast around the subquery makes it one list instead of rows, and ANY of nothing is no row.
  const named = `ANY (CAST((SELECT string_to_array(NULLIF(current_setting('${setting}', true), ''), ',')) AS BIGINT[]))`;
  const bypass = `(SELECT COALESCE(current_setting('${bypassSetting}', true), '') <> '')`;
  return `CREATE POLICY ${policy} ON "${table}" USING (${column} = ${named} OR ${bypass})`;
}

/**
 * Puts the fence up around every table of the schema that has rows of accounts, or of companies, but those of `open`. Safe
 * to call from several processes at once.
 */
export async function putFence(
  database: SqlDatabase,
  fence: Fence,
  open: readonly string[] = [],
): Promise<void> {
  const words = fences[fence];
  const toFence = async (reader: SqlReader): Promise<string[]> =>
    (await reader.all<{ name: string }>(words.unfenced))
      .map(({ name }) => name)
      .filter(name => !open.includes(name));
  if ((await toFence(database)).length === 0) return;
  await database.transact(async tx => {
    for (const name of await toFence(tx)) {
      await tx.run(statement(`ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY`));
      await tx.run(statement(`ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`));
      await tx.run(statement(`DROP POLICY IF EXISTS ${words.policy} ON "${name}"`));
      await tx.run(statement(policyOn(name, words)));
    }
  });
}

/** Whether row-level security holds for the role we are. */
export async function fenceHolds(database: SqlDatabase): Promise<boolean> {
  return (await database.get<{ above: number }>(above))?.above === 0;
}
