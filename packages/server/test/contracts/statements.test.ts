import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Statement } from '../../src/store/sql/port.ts';

const made: Statement[] = [];
const collector = Symbol.for('hongyan.test.statements');
Object.assign(globalThis, { [collector]: made });
const source = join(import.meta.dirname, '../../src');
const skip = process.env['HONGYAN_TEST_POSTGRES'] ? false : 'about a PostgreSQL server';

/** The port as it is, except that every statement is noted as it is made. */
function noteStatements(): void {
  registerHooks({
    load: (url, context, next) => {
      const result = next(url, context);
      if (!url.endsWith('/store/sql/port.ts')) return result;
      const text = Buffer.from(result.source as string | Uint8Array).toString();
      const noted = text.replace(
        /return (Object\.freeze\([\s\S]*?\));\n\}/,
        (_, frozen: string) =>
          `const one = ${frozen}; globalThis[Symbol.for('hongyan.test.statements')].push(one); return one;\n}`,
      );
      assert.notEqual(noted, text, 'the port is as this test knows it');
      return { ...result, source: noted };
    },
  });
}

test('every statement that a module of the store makes is understood by PostgreSQL', { skip }, async () => {
  noteStatements();
  const modules = globSync(join(source, 'store/**/*.ts')).filter(
    // Word indexes are SQLite files in every profile.
    file => !/\.(?:test|fuzz)\.ts$|store\/engines\/|accounts\/search\/(?:index|search|vocabulary)/.test(file),
  );
  for (const file of modules) await import(file);
  const { openTestSchemas } = await import('@hongyan/testkit/stores/databases.ts');
  await using database = await openTestSchemas('statements');
  const texts = new Set(made.map(one => one.postgres));
  // Beside a list of unknown length PostgreSQL goes through all rows of the account: see `amongIds`.
  const list = /(?<!NOT )\bIN \(\s*SELECT (?:(?!\bFROM\b)[\s\S])*\bFROM jsonb?_array_elements/;
  const scanning = [...texts].filter(text => list.test(text));
  assert.deepEqual(scanning, []);
  const refused: string[] = [];
  let understood = 0;
  for (const text of texts) {
    if (/^\s*(?:CREATE|ALTER|DROP|BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SET)\b/.test(text)) continue;
    const query: Statement = { sqlite: '', postgres: `PREPARE tried AS ${text}` };
    const answer = await database
      .transact(async tx => {
        await tx.run(query);
        await tx.run({ sqlite: '', postgres: 'DEALLOCATE tried' });
        return null;
      })
      .catch((error: unknown) => `${String(error)}: ${text}`);
    if (answer === null) understood += 1;
    else refused.push(answer);
  }
  assert.deepEqual(refused, []);
  assert.ok(understood > 500, `${understood} statements`);
});
