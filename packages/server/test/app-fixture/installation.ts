import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/app/config/load.ts';
import { dataFolder } from '../../src/app/data-folder.ts';
import { databases } from '../../src/app/databases.ts';
import { startServer } from '../../src/app/start-server.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openDatabase } from '../../src/store/engines/open-database.ts';
import { type SqlTransaction, type Statement, statement } from '../../src/store/sql/port.ts';
import { openImap, sendMail, subjectsOf } from './clients.ts';
import { hongyan, writeConfig } from './program.ts';

const password = 'wild goose 9';
const bob = 'bob@hongyan.test';

export interface Finding {
  readonly code: string;
  readonly detail: string;
  readonly repaired: boolean;
}

/** An installation whose server has stopped, with three mails in bob's mailbox. */
export class Installation {
  readonly file: string;

  constructor(root: string, settings?: string) {
    this.file = writeConfig(root, settings);
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

  /** How many of bob's mails IMAP finds by a word of their subject. */
  async found(word: string): Promise<number> {
    await using server = await startServer({ config: this.#config() });
    const imap = await openImap(server.ports.imaps ?? 0, bob, password);
    await imap.mailboxOpen('INBOX');
    const found = await imap.search({ subject: word });
    await imap.logout();
    return found === false || found === undefined ? -1 : found.length;
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

/** Codes of findings, each once; `✓` where it was mended. */
export const codes = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.map(({ code, repaired }) => (repaired ? `${code} ✓` : code)))].toSorted();

/** Statements one after the other. */
export const run =
  (...texts: string[]) =>
  async (tx: SqlTransaction): Promise<void> => {
    for (const text of texts) await tx.run(statement(text));
  };
