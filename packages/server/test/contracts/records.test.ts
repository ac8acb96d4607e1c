import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles, place } from '@hongyan/testkit/stores/databases.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { openRecordsDatabase } from '../../src/store/records/open.ts';
import { Records } from '../../src/store/records/records.ts';
import type { TraceEntry, TraceQuery, TraceRow } from '../../src/store/records/types.ts';
import type { SqlDatabase } from '../../src/store/sql/port.ts';
import { statement } from '../../src/store/sql/port.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

async function withRecords(run: (records: Records, database: SqlDatabase) => Promise<void>): Promise<void> {
  using directory = temporaryDirectory();
  await using database = await openRecordsDatabase(place(join(directory.path, 'records.db')), 0);
  await using records = new Records(database);
  await run(records, database);
}

function step(at: number, more: Partial<TraceEntry> = {}): TraceEntry {
  return { at, tenantId: 1, queueId: 'q1', event: 'accepted', ...more };
}

async function allPages(records: Records, query: TraceQuery, limit: number): Promise<TraceRow[]> {
  const rows: TraceRow[] = [];
  for (;;) {
    const before = rows.at(-1);
    const page = await records.findTrace(query, { limit, ...(before ? { before } : {}) });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

test('where did my message go: by queue id, by either address, by message id, newest first', () =>
  withRecords(async records => {
    await records.trace(step(1, { sender: 'a@x.test', messageId: 'm1@x.test' }));
    await records.trace(step(2, { event: 'delivered', recipient: 'b@y.test', host: 'local' }));
    await records.trace(step(3, { queueId: 'q2', sender: 'b@y.test', recipient: 'b@y.test' }));
    const page = { limit: 10 };
    const steps = await records.findTrace({ tenantId: 1, queueId: 'q1' }, page);
    assert.deepEqual(
      steps.map(row => [row.at, row.event, row.host]),
      [
        [2, 'delivered', 'local'],
        [1, 'accepted', undefined],
      ],
    );
    const byAddress = await records.findTrace({ tenantId: 1, address: 'b@y.test' }, page);
    assert.deepEqual(
      byAddress.map(row => row.at),
      [3, 2],
    );
    assert.equal((await records.findTrace({ tenantId: 1, messageId: 'm1@x.test' }, page)).length, 1);
    assert.equal((await records.findTrace({ address: 'b@y.test', tenantId: 2 }, page)).length, 0);
  }));

test('pages join without gap or repetition, also where times are equal or run backwards', () =>
  withRecords(async records => {
    const times = [5, 5, 5, 3, 9, 9, 1, 5, 7, 5];
    await Promise.all(times.map((at, n) => records.trace(step(at, { recipient: `r${n}@x.test` }))));
    for (const limit of [1, 3, 4, 100]) {
      const rows = await allPages(records, { tenantId: 1 }, limit);
      assert.equal(new Set(rows.map(row => row.id)).size, times.length);
      assert.deepEqual(
        rows.map(row => row.at),
        times.toSorted((a, b) => b - a),
      );
    }
    const part = await records.findTrace({ tenantId: 1, from: 5, to: 9 }, { limit: 100 });
    assert.deepEqual(
      part.map(row => row.at),
      [7, 5, 5, 5, 5, 5],
    );
  }));

test('every query that is allowed uses an index; one that cannot is refused', { skip: onlyFiles }, () =>
  withRecords(async (records, database) => {
    const plan = statement(
      `EXPLAIN QUERY PLAN SELECT * FROM (SELECT id FROM trace WHERE (at, id) < ($1, $2) AND sender = $3
       ORDER BY at DESC, id DESC LIMIT 5) AS page UNION SELECT * FROM (SELECT id FROM trace
       WHERE (at, id) < ($1, $2) AND recipient = $3 ORDER BY at DESC, id DESC LIMIT 5) AS page`,
    );
    const text = JSON.stringify(await database.all(plan, 1, 1, 'a@x.test'));
    assert.match(text, /trace_sender/);
    assert.match(text, /trace_recipient/);
    await assert.rejects(records.findTraceAcross({ from: 1 }, { limit: 5 }), error =>
      isMailError(error, 'input.invalid'),
    );
    await assert.rejects(records.findTrace({ tenantId: 1 }, { limit: 1001 }), error =>
      isMailError(error, 'input.invalid'),
    );
  }),
);

test('what peers choose is cut to a limit', () =>
  withRecords(async records => {
    const long = 'x'.repeat(1_000_000);
    await records.trace(step(1, { reply: long, host: long }));
    const [row] = await records.findTrace({ tenantId: 1, queueId: 'q1' }, { limit: 1 });
    assert.equal(row?.reply?.length, 1000);
  }));

test('old entries expire in all logs, young ones stay', () =>
  withRecords(async records => {
    for (let at = 0; at < 1200; at += 1) void records.trace(step(at));
    await records.signedIn({
      at: 5,
      tenantId: 1,
      accountId: 7,
      login: 'alice',
      service: 'imap',
      address: '192.0.2.1',
      method: 'password',
      result: 'ok',
    });
    await records.flush();
    assert.equal(await records.expire({ trace: 1100, signIns: 6 }), 1101);
    assert.equal((await allPages(records, { tenantId: 1, queueId: 'q1' }, 1000)).length, 100);
    assert.deepEqual(await records.findSignIns({ tenantId: 1, accountId: 7 }, { limit: 10 }), []);
  }));

test('sign-ins come back as they were written', () =>
  withRecords(async records => {
    const signIn = {
      at: 5,
      tenantId: 1,
      accountId: 7,
      login: 'alice@hongyan.test',
      service: 'imap',
      address: '192.0.2.1',
      method: 'scram',
      result: 'auth.failed',
      agent: 'Test',
    };
    await records.signedIn(signIn);
    const [found] = await records.findSignIns({ tenantId: 1 }, { limit: 10 });
    assert.deepEqual(found, { id: found?.id, ...signIn });
  }));
