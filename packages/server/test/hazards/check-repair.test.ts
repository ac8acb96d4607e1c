import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseConfig } from '../../src/app/config/load.ts';
import { dataFolder } from '../../src/app/data-folder.ts';
import { databases } from '../../src/app/databases.ts';
import { startServer } from '../../src/app/start-server.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openDatabase } from '../../src/store/engines/open-database.ts';
import { type SqlTransaction, type Statement, statement } from '../../src/store/sql/port.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { hongyan, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const bob = 'bob@hongyan.test';

interface Finding {
  readonly code: string;
  readonly detail: string;
  readonly repaired: boolean;
}

/** An installation whose server has stopped, with three mails in bob's mailbox. */
class Installation {
  readonly file: string;

  constructor(root: string) {
    this.file = writeConfig(root);
  }

  #config(): ReturnType<typeof parseConfig> {
    return parseConfig(this.file, readFileSync(this.file, 'utf8'));
  }

  async fill(): Promise<void> {
    await using server = await startServer({ config: this.#config(), sample: { password } });
    const { submissions } = server.ports;
    assert.ok(submissions);
    for (const subject of ['one', 'two', 'three'])
      await sendMail(submissions, 'alice@hongyan.test', password, { to: bob, subject });
    await server.flow.dispatcher?.settled();
  }

  /** Spoils the database of the queue and the bodies. */
  async spoil(work: (tx: SqlTransaction) => Promise<unknown>): Promise<void> {
    const config = this.#config();
    const { spool } = databases(config, dataFolder(config.data, config.store.blobs), silentLog);
    await using database = await openDatabase(spool, [], 0);
    await database.transact(work);
  }

  async count(query: Statement): Promise<number> {
    let found = -1;
    await this.spoil(async tx => {
      found = (await tx.get<{ n: number }>(query))?.n ?? -1;
    });
    return found;
  }

  /** Codes of what is found, with what was mended; `clean` is the word of the status. */
  async check(...flags: string[]): Promise<{ clean: boolean; findings: Finding[]; surplus: Finding[] }> {
    const answer = await hongyan(['--config', this.file, '--json', 'check', '--deep', ...flags]);
    const report = answer.json<{ clean: boolean; findings: Finding[]; surplus: Finding[] }>();
    assert.equal(answer.code ?? -1, report.clean ? 0 : 3, answer.stdout + answer.stderr);
    return report;
  }

  async subjects(): Promise<string[]> {
    await using server = await startServer({ config: this.#config() });
    const { imaps } = server.ports;
    assert.ok(imaps);
    const imap = await openImap(imaps, bob, password);
    const subjects = await subjectsOf(imap);
    await imap.mailboxOpen('INBOX');
    for (const [i] of subjects.entries()) {
      const message = await imap.fetchOne(String(i + 1), { source: true });
      assert.ok(message && message.source, 'its body is there');
    }
    await imap.logout();
    return subjects.toSorted();
  }
}

const codes = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.map(({ code, repaired }) => (repaired ? `${code} ✓` : code)))].toSorted();

const run =
  (...texts: string[]) =>
  async (tx: SqlTransaction): Promise<void> => {
    for (const text of texts) await tx.run(statement(text));
  };
const dangling = statement('SELECT COUNT(*) AS n FROM blob_link WHERE blob_id = 999999');

test('check --repair mends what it says it mends, with rows in files and in PostgreSQL, and the mail is there afterwards', async () => {
  using folder = temporaryFolder();
  const house = new Installation(folder.path);
  await house.fill();
  assert.deepEqual(codes((await house.check()).findings), []);

  // Links that are lost, and links and leases of bodies that are not there.
  await house.spoil(
    run(
      'DELETE FROM blob_link',
      'INSERT INTO blob_link (blob_id, account_id, generation) VALUES (999999, 3, 0)',
      "INSERT INTO blob_lease (blob_id, holder, until) VALUES (999999, 'test', 9000000000000)",
    ),
  );
  assert.deepEqual(codes((await house.check()).findings), ['body.dangling', 'body.unlinked']);
  assert.equal(await house.count(dangling), 1, 'without --repair nothing is changed');
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling ✓', 'body.unlinked ✓']);
  assert.equal(await house.count(dangling), 0);
  assert.deepEqual(codes((await house.check()).findings), []);

  // Rows that point beside the record: it is found in its pack again.
  await house.spoil(run('UPDATE blob SET pack_offset = pack_offset + 8'));
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.lost']);
  assert.deepEqual(codes((await house.check()).findings), []);

  // A pack without its row, and without the rows of its bodies: both are made again, the links by a second run.
  await house.spoil(run('DELETE FROM pack', 'DELETE FROM blob', 'DELETE FROM blob_link'));
  const lost = await house.check('--repair');
  assert.deepEqual(codes(lost.findings), ['body.missing']);
  assert.deepEqual(codes(lost.surplus), ['body.pack_without_row']);
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.unlinked ✓']);
  const after = await house.check();
  assert.deepEqual([codes(after.findings), codes(after.surplus)], [[], []]);

  // What nothing uses is given to the collector.
  await house.spoil(
    run(
      'DELETE FROM blob_lease',
      'INSERT INTO blob (tenant_id, hash, pack, pack_offset, length, size, created_at) SELECT tenant_id + 900, hash, pack, pack_offset, length, size, created_at FROM blob WHERE id = (SELECT MIN(id) FROM blob)',
    ),
  );
  const surplus = await house.check('--repair');
  assert.ok(codes(surplus.surplus).includes('body.unreferenced'));
  assert.ok(!codes((await house.check()).surplus).includes('body.unreferenced'));
  await house.spoil(run('DELETE FROM blob WHERE tenant_id > 900'));

  assert.deepEqual(await house.subjects(), ['one', 'three', 'two']);
});

test('check --repair does not say of a mail in the queue whose body is gone that it was mended', async () => {
  using folder = temporaryFolder();
  const house = new Installation(folder.path);
  await house.fill();
  const none = Buffer.alloc(32, 1);
  const names =
    'id, queue_id, tenant_id, blob_id, hash, size, reverse_path, options, origin, prefix, summary';
  const insert = statement(
    `INSERT INTO spool_message (${names}, accepted_at, expires_at)
     VALUES (1048576, 'gone', 1, 999999, $1, 10, '', '{}', '{}', $1, $1, 0, 9000000000000)`,
  );
  const queued = statement("SELECT COUNT(*) AS n FROM spool_message WHERE queue_id = 'gone'");
  await house.spoil(tx => tx.run(insert, none));
  for (let n = 0; n < 2; n += 1)
    assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling']);
  assert.equal(await house.count(queued), 1, 'it stays, for somebody to look at');
});
