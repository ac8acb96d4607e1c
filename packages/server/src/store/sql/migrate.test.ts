import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountMigrations } from '../accounts/schema.ts';
import { SqliteDatabase } from '../engines/sqlite/database.ts';
import { recordsMigrations } from '../records/schema.ts';
import { spoolMigrations } from '../spool/schema.ts';
import { systemMigrations } from '../system/schema.ts';
import { type Migration, migrate, NewerSchemaError } from './migrate.ts';
import { statement } from './port.ts';

/** The last steps from before the rule of docs/decisions/0013: they were never beside another release. */
const before = { system: 11, accounts: 7, spool: 3, records: 3 } as const;

/** What makes a statement of a step more than an addition; null when it only adds. `made`: tables of the same step. */
function breaks(sql: string, made: ReadonlySet<string>): string | null {
  const text = sql.trim().replaceAll(/\s+/g, ' ');
  const table = /^ALTER TABLE (\w+) ADD COLUMN (.*)$/i.exec(text);
  if (table) {
    const [, , column = ''] = table;
    return /NOT NULL/i.test(column) && !/DEFAULT/i.test(column)
      ? 'a column that old releases do not fill'
      : null;
  }
  const unique = /^CREATE UNIQUE INDEX (?:IF NOT EXISTS )?\w+ ON (\w+)/i.exec(text);
  if (unique) return made.has(unique[1] ?? '') ? null : 'a rule that old releases do not keep';
  return /^(?:CREATE (?:TABLE|INDEX)|INSERT INTO|UPDATE) /i.test(text) ? null : 'more than an addition';
}

function brokenSteps(migrations: readonly Migration[], after: number): string[] {
  const broken: string[] = [];
  for (const step of migrations.slice(after)) {
    const made = new Set(
      step.up.flatMap(
        ({ postgres }) => /^\s*CREATE TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(postgres)?.[1] ?? [],
      ),
    );
    for (const { sqlite, postgres } of step.breaking ? [] : step.up)
      for (const sql of new Set([sqlite, postgres])) {
        const why = breaks(sql, made);
        if (why !== null) broken.push(`${step.version} ${step.name}: ${why}: ${sql}`);
      }
  }
  return broken;
}

test('steps of all schemas only add, or say that they break with the release before', () => {
  const all = {
    system: systemMigrations,
    accounts: accountMigrations,
    spool: spoolMigrations,
    records: recordsMigrations,
  };
  for (const [name, migrations] of Object.entries(all)) {
    for (const [i, { version }] of migrations.entries()) assert.equal(version, i + 1, `${name} has no gaps`);
    assert.deepEqual(brokenSteps(migrations, before[name as keyof typeof before]), [], name);
  }
  const up = (sql: string): Migration[] => [{ version: 1, name: 'x', up: [statement(sql)] }];
  for (const sql of [
    'DROP TABLE a',
    'ALTER TABLE a RENAME TO b',
    'ALTER TABLE a ADD COLUMN b BIGINT NOT NULL',
    'CREATE UNIQUE INDEX a_b ON a (b)',
    'DELETE FROM a',
  ])
    assert.equal(brokenSteps(up(sql), 0).length, 1, sql);
  assert.deepEqual(brokenSteps(up('ALTER TABLE a ADD COLUMN b BIGINT NOT NULL DEFAULT 0'), 0), []);
});

test('a schema that a newer release only added to is borne, one that it broke with is refused by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-migrate-'));
  await using _gone = { [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }) };
  await using database = new SqliteDatabase(join(folder, 'a.db'));
  const step = (version: number, breaking: boolean): Migration => ({
    version,
    name: `step ${version}`,
    up: [statement(`CREATE TABLE t${version} (id BIGINT PRIMARY KEY)`)],
    ...(breaking && { breaking: true }),
  });
  const [one, two, three] = [step(1, false), step(2, false), step(3, true)];
  assert.equal(await migrate(database, [one], 0), 1);
  assert.equal(await migrate(database, [one, two], 0), 2);
  assert.equal(await migrate(database, [one], 0), 2, 'the release before works on');
  assert.equal(await migrate(database, [one, two, three], 0), 3);
  await assert.rejects(migrate(database, [one, two], 0), NewerSchemaError);
  assert.equal(await migrate(database, [one, two, three], 0), 3);
  const later = [one, two, three, step(4, false)];
  assert.equal(await migrate(database, later, 0), 4);
  assert.equal(
    await migrate(database, [one, two, three], 0),
    4,
    'what knows the breaking step bears what came after',
  );
});
