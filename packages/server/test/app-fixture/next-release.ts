/**
 * Loaded with --import before the program: it then is a release that knows one more step of every schema; with
 * HONGYAN_TEST_RELEASE=breaking, one more that breaks with the release before.
 */
import { registerHooks } from 'node:module';

const schemas: Readonly<Record<string, { readonly list: string; readonly table: string }>> = {
  '/store/system/schema.ts': { list: 'systemMigrations', table: 'tenant' },
  '/store/spool/schema.ts': { list: 'spoolMigrations', table: 'spool_message' },
  '/store/records/schema.ts': { list: 'recordsMigrations', table: 'trace' },
  '/store/accounts/schema.ts': { list: 'accountMigrations', table: 'message' },
};

function step(list: string, sql: string, breaking: boolean): string {
  const both = JSON.stringify({ sqlite: sql, postgres: sql });
  const mark = breaking ? ', breaking: true' : '';
  return `\n(${list} as unknown[]).push({ version: ${list}.length + 1, name: 'next', up: [${both}]${mark} });`;
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const found = Object.entries(schemas).find(([path]) => url.endsWith(path))?.[1];
    if (!found) return loaded;
    const { list, table } = found;
    let more = step(list, `ALTER TABLE ${table} ADD COLUMN next_note TEXT`, false);
    more += step(list, `CREATE TABLE next_${table} (account_id BIGINT PRIMARY KEY, note TEXT)`, false);
    if (process.env['HONGYAN_TEST_RELEASE'] === 'breaking')
      more += step(list, `ALTER TABLE ${table} RENAME COLUMN next_note TO other_note`, true);
    const { source } = loaded;
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
    return { ...loaded, source: text + more };
  },
});
