import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendDelivery, appendMessages, appendOnce } from '../../src/mailbox/append.ts';
import { readMessage, readMessageRange, streamMessage } from '../../src/mailbox/body.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { freeBytes, getQuota } from '../../src/mailbox/quota.ts';
import { fetchEntries, fetchRaw, fetchRows, rawColumn } from '../../src/mailbox/rows.ts';
import { Flag, type MessageRow, type UidRanges } from '../../src/mailbox/types.ts';
import { openView } from '../../src/mailbox/view.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import {
  bareMessage,
  idOf,
  mail,
  message,
  withAccount,
  withBodies,
} from '../store-fixture/mailbox-fixture.ts';

const is =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isMailError(error, code);

const all: UidRanges = [[1, 0xffff_ffff]];

async function rowsOf(ctx: MailboxContext, scope: Scope, id: number, uids = all): Promise<MessageRow[]> {
  const rows: MessageRow[] = [];
  const columns = { envelope: true, bodyStructure: true, parts: true, preview: true };
  for await (const slice of fetchRows(ctx, scope, id, uids, columns)) rows.push(...slice);
  return rows;
}

const flags = (bits: number, ...keywords: string[]): { bits: number; keywords: string[] } => ({
  bits,
  keywords,
});

test('appended messages get ascending UIDs in order and are there with all they came with (RFC 9051 §6.3.12)', () =>
  withBodies(async (house, scope) => {
    const { ctx } = house;
    const first = await message(house, mail('周报', 'Message-ID: <1@x>\n'), {
      bits: Flag.Seen | Flag.Forwarded,
      keywords: ['$label1'],
      receivedAt: 1_700_000_000_123,
      prefix: 'Delivered-To: hanmeimei@example.cn\r\n',
    });
    const second = await message(house, mail('two'));
    const { uids, uidValidity, modseq } = await appendMessages(ctx, scope, 1, [first, second]);
    const view = await openView(ctx, scope, 1);
    assert.deepEqual([uids, uidValidity, modseq], [[1, 2], view.mailbox.uidValidity, view.modseq]);
    assert.deepEqual([...view.uids], [1, 2]);
    const [row] = await rowsOf(ctx, scope, 1);
    assert.ok(row);
    assert.deepEqual(row.flags, { bits: Flag.Seen | Flag.Forwarded, keywords: ['$label1'] });
    assert.equal(row.receivedAt, 1_700_000_000_123);
    assert.equal(row.savedAt, house.clock.now());
    assert.equal(row.size, first.prefix.length + first.blob.size);
    assert.deepEqual(Buffer.from(row.prefix), first.prefix);
    assert.deepEqual(Buffer.from(row.envelope), Buffer.from(first.summary.envelope));
    assert.deepEqual(Buffer.from(row.bodyStructure), Buffer.from(first.summary.bodyStructure));
    assert.deepEqual(Buffer.from(row.parts), Buffer.from(first.summary.parts));
    assert.equal(row.preview, first.summary.preview);
    const { mailbox } = view;
    assert.deepEqual(
      [mailbox.total, mailbox.unseen, mailbox.uidNext, mailbox.bytes],
      [2, 1, 3, row.size + second.blob.size],
    );
  }));

test('bodies are read whole, in ranges over the prefix, and as streams', () =>
  withBodies(async (house, scope) => {
    const { ctx } = house;
    const prefix = 'X-Prefix: yes\r\n';
    const text = mail('range', '', 'x'.repeat(5_000)).replaceAll('\n', '\r\n');
    await appendMessages(ctx, scope, 1, [await message(house, text, { prefix })]);
    const [row] = await rowsOf(ctx, scope, 1);
    assert.ok(row);
    const whole = Buffer.from(prefix + text);
    assert.deepEqual(Buffer.from(await readMessage(ctx, scope, row)), whole);
    const ranges = [
      [0, 5],
      [3, 20],
      [prefix.length, prefix.length + 7],
      [100, 1_000_000],
      [0, whole.length],
      [whole.length, whole.length + 5],
      [7, 7],
    ] as const;
    for (const [start, end] of ranges) {
      const expected = whole.subarray(start, end);
      assert.deepEqual(Buffer.from(await readMessageRange(ctx, scope, row, start, end)), expected);
      const chunks: Uint8Array[] = [];
      for await (const chunk of streamMessage(ctx, scope, row, start, end)) chunks.push(chunk);
      assert.deepEqual(Buffer.concat(chunks), expected);
    }
  }));

test('an append of several is all or none (RFC 3502)', () =>
  withAccount(async ({ ctx }, scope) => {
    const bad = { ...bareMessage(2), flags: flags(0, 'not a keyword') };
    await assert.rejects(appendMessages(ctx, scope, 1, [bareMessage(1), bad]), is('input.invalid'));
    assert.equal((await getMailbox(ctx, scope, ['INBOX']))?.total, 0);
    assert.deepEqual((await openView(ctx, scope, 1)).keywords, []);
    await assert.rejects(appendMessages(ctx, scope, 99, [bareMessage(1)]), is('mailbox.not_found'));
    assert.deepEqual((await appendMessages(ctx, scope, 1, [])).uids, []);
  }));

test('a message that is too large is refused before anything is written', () =>
  withAccount(
    async ({ ctx }, scope) => {
      const big = { ...bareMessage(1), prefix: new Uint8Array(200) };
      await assert.rejects(appendMessages(ctx, scope, 1, [big]), is('message.too_large'));
      await assert.rejects(appendDelivery(ctx, scope, 'd', { role: 'inbox' }, big), is('message.too_large'));
      await appendMessages(ctx, scope, 1, [bareMessage(1)]);
    },
    { limits: { maxMessageBytes: 250 } },
  ));

test('a delivery is applied once, wherever the message went since (crash between commit and report)', () =>
  withAccount(async ({ ctx }, scope) => {
    const one = await appendDelivery(ctx, scope, 'd-1', { role: 'inbox' }, bareMessage(1));
    assert.deepEqual(one, { duplicate: false, uid: 1, mailboxId: 1 });
    await moveMessages(ctx, scope, 1, [[1, 1]], 4);
    const again = await appendDelivery(ctx, scope, 'd-1', { role: 'inbox' }, bareMessage(1));
    assert.deepEqual(again, { duplicate: true, uid: 1, mailboxId: 1 });
    const both = await Promise.all(
      [0, 1, 2, 3].map(() => appendDelivery(ctx, scope, 'd-2', { path: ['已发送'] }, bareMessage(2))),
    );
    assert.equal(both.filter(delivered => !delivered.duplicate).length, 1);
    assert.equal((await getMailbox(ctx, scope, ['已发送']))?.total, 1);
  }));

test('a batch of a copy is filed once and tells how far it went (crash between commit and report)', () =>
  withAccount(async ({ ctx }, scope) => {
    const messages = [bareMessage(1), bareMessage(2)];
    assert.equal(await appendOnce(ctx, scope, 1, '1 1 0', 17, messages), 17);
    assert.equal(await appendOnce(ctx, scope, 1, '1 1 0', 99, messages), 17);
    assert.equal((await getMailbox(ctx, scope, ['INBOX']))?.total, 2);
  }));

test('a delivery to a place that is not there goes to INBOX', () =>
  withAccount(async ({ ctx }, scope) => {
    for (const target of [
      { role: 'junk' },
      { path: ['nowhere'] },
      { path: ['\u0000'] },
      { path: [] },
    ] as const) {
      const delivered = await appendDelivery(ctx, scope, JSON.stringify(target), target, bareMessage(1));
      assert.equal(delivered.mailboxId, 1);
    }
  }));

test('the quota is kept in bytes and in number; deleting gives back (RFC 9208)', () =>
  withAccount(
    async ({ ctx }, scope) => {
      const { size } = bareMessage(1).blob;
      await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
      await assert.rejects(
        appendMessages(ctx, scope, 1, [bareMessage(3), bareMessage(4)]),
        is('quota.exceeded'),
      );
      await assert.rejects(copyMessages(ctx, scope, 1, all, 2), is('quota.exceeded'));
      assert.equal((await getMailbox(ctx, scope, ['已发送']))?.total, 0);
      await moveMessages(ctx, scope, 1, all, 2);
      await appendDelivery(ctx, scope, 'd', { role: 'inbox' }, bareMessage(3));
      await assert.rejects(
        appendDelivery(ctx, scope, 'e', { role: 'inbox' }, bareMessage(4)),
        is('quota.exceeded'),
      );
      assert.deepEqual(await getQuota(ctx, scope), {
        usedBytes: 3 * size,
        usedCount: 3,
        limitBytes: 1_000_000,
        limitCount: 3,
      });
      await storeFlags(ctx, scope, 2, all, { mode: 'add', flags: flags(Flag.Deleted) });
      await expungeMessages(ctx, scope, 2, null);
      assert.equal((await getQuota(ctx, scope)).usedCount, 1);
      await appendDelivery(ctx, scope, 'e', { role: 'inbox' }, bareMessage(4));
    },
    { quota: { limitBytes: 1_000_000, limitCount: 3 } },
  ));

test('what is left of a quota; an account without one is not looked into', async () => {
  const limit = 1_000_000;
  await withAccount(
    async ({ ctx }, scope) => {
      assert.equal(await freeBytes(ctx, scope), limit);
      await appendMessages(ctx, scope, 1, [bareMessage(1)]);
      assert.equal(await freeBytes(ctx, scope), limit - bareMessage(1).blob.size);
    },
    { quota: { limitBytes: limit, limitCount: null } },
  );
  await withAccount(async ({ ctx }, scope) => {
    const read = (): Promise<never> => Promise.reject(new Error('looked into the account'));
    const accounts = { ...ctx.accounts, read };
    assert.equal(await freeBytes({ ...ctx, accounts }, scope), null);
  });
});

test('replies join their thread by message ids and base subject; threads never change (RFC 8621 §3, RFC 8474 §5.2)', () =>
  withBodies(async (house, scope) => {
    const { ctx } = house;
    const put = async (subject: string, header: string): Promise<number> => {
      const { uids } = await appendMessages(ctx, scope, 1, [await message(house, mail(subject, header))]);
      const uid = uids[0] ?? 0;
      return (await rowsOf(ctx, scope, 1, [[uid, uid]]))[0]?.threadId ?? 0;
    };
    const root = await put('计划', 'Message-ID: <root@x>\n');
    assert.equal(await put('Re: 计划', 'Message-ID: <r1@x>\nIn-Reply-To: <root@x>\n'), root);
    assert.equal(await put('答复: 计划', 'Message-ID: <r2@x>\nReferences: <root@x> <r1@x>\n'), root);
    assert.notEqual(
      await put('Other', 'Message-ID: <r3@x>\nIn-Reply-To: <root@x>\n'),
      root,
      'another subject',
    );
    assert.notEqual(await put('计划', 'Message-ID: <alone@x>\n'), root, 'the subject alone joins nothing');
    // Two that arrived before what joins them.
    const left = await put('late', 'Message-ID: <l1@x>\n');
    const right = await put('Re: late', 'Message-ID: <l3@x>\nIn-Reply-To: <l2@x>\n');
    assert.notEqual(left, right);
    assert.equal(await put('Re: late', 'Message-ID: <l2@x>\nIn-Reply-To: <l1@x>\n'), left);
    assert.equal(await put('Re: late', 'Message-ID: <l4@x>\nIn-Reply-To: <l3@x>\n'), left, 'from now on one');
    const rows = await rowsOf(ctx, scope, 1);
    assert.equal(rows.find(row => row.threadId === right)?.uid, 7, 'what was told stays');
  }));

test('a thread whose messages are all gone is not joined again', () =>
  withBodies(async (house, scope) => {
    const { ctx } = house;
    await appendMessages(ctx, scope, 1, [
      await message(house, mail('x', 'Message-ID: <a@x>\n'), { bits: Flag.Deleted }),
    ]);
    await expungeMessages(ctx, scope, 1, null);
    await appendMessages(ctx, scope, 1, [await message(house, mail('Re: x', 'In-Reply-To: <a@x>\n'))]);
    assert.equal((await rowsOf(ctx, scope, 1))[0]?.threadId, 2);
  }));

test('rows come in ascending UID order, once each, for any set', () =>
  withAccount(async ({ ctx }, scope) => {
    for (let at = 0; at < 1_300; at += 100) {
      await appendMessages(
        ctx,
        scope,
        1,
        Array.from({ length: 100 }, (_, i) => bareMessage(at + i)),
      );
    }
    const odd: UidRanges = Array.from({ length: 650 }, (_, i) => [2 * i + 1, 2 * i + 1] as const);
    const sets: [UidRanges, number[]][] = [
      [all, Array.from({ length: 1_300 }, (_, i) => i + 1)],
      [odd, Array.from({ length: 650 }, (_, i) => 2 * i + 1)],
      [
        [
          [1, 2],
          [5, 700],
          [702, 702],
          [1_299, 9_999],
        ],
        [1, 2, ...Array.from({ length: 696 }, (_, i) => i + 5), 702, 1_299, 1_300],
      ],
      [[], []],
      [[[5, 3]], []],
    ];
    for (const [set, expected] of sets) {
      assert.deepEqual(
        (await fetchEntries(ctx, scope, 1, set)).map(entry => entry.uid),
        expected,
      );
      assert.deepEqual(
        (await rowsOf(ctx, scope, 1, set)).map(row => row.uid),
        expected,
      );
      const raw: unknown[] = [];
      for await (const { rows } of fetchRaw(ctx, scope, 1, set, { envelope: true })) {
        assert.ok(rows.length <= 500);
        raw.push(...rows.map(row => row[rawColumn.uid]));
      }
      assert.deepEqual(raw, expected);
    }
    await assert.rejects(fetchEntries(ctx, scope, 99, all), is('mailbox.not_found'));
  }));

test('the raw lane tells the same as rows', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [
      bareMessage(1, { bits: Flag.Seen, keywords: ['a', 'b'] }),
      bareMessage(2),
    ]);
    const rows = await rowsOf(ctx, scope, 1);
    for await (const slice of fetchRaw(ctx, scope, 1, all, {
      envelope: true,
      bodyStructure: true,
      identity: true,
    })) {
      const seen = slice.rows.map(raw => {
        const ids = raw[rawColumn.keywords];
        return {
          uid: raw[rawColumn.uid],
          bits: raw[rawColumn.bits],
          keywords:
            typeof ids === 'string' ? ids.split(',').map(id => slice.keywordNames.get(Number(id))) : [],
          modseq: raw[rawColumn.modseq],
          receivedAt: raw[rawColumn.receivedAt],
          savedAt: raw[rawColumn.savedAt],
          size: raw[rawColumn.size],
          messageId: raw[rawColumn.messageId],
          threadId: raw[rawColumn.threadId],
          emailId: raw[rawColumn.emailId],
          envelope: raw[rawColumn.envelope],
          bodyStructure: raw[rawColumn.bodyStructure],
        };
      });
      assert.deepEqual(
        seen,
        rows.map(row => ({
          uid: row.uid,
          bits: row.flags.bits,
          keywords: row.flags.keywords,
          modseq: row.modseq,
          receivedAt: row.receivedAt,
          savedAt: row.savedAt,
          size: row.size,
          messageId: row.messageId,
          threadId: row.threadId,
          emailId: row.emailId,
          envelope: row.envelope,
          bodyStructure: row.bodyStructure,
        })),
      );
    }
  }));

test('a mailbox whose UIDs are used up refuses more, by name', () =>
  withAccount(async ({ ctx }, scope) => {
    const { statement } = await import('../../src/store/sql/port.ts');
    const last = statement('UPDATE mailbox SET uidnext = 4294967295 WHERE account_id = $1 AND id = 1');
    await ctx.accounts.transact(scope, tx => tx.run(last, scope.accountId));
    const many = [bareMessage(1), bareMessage(2)];
    await assert.rejects(appendMessages(ctx, scope, 1, many), is('mailbox.limit'));
    assert.deepEqual((await appendMessages(ctx, scope, 1, [bareMessage(1)])).uids, [4_294_967_295]);
    await assert.rejects(appendMessages(ctx, scope, 1, [bareMessage(3)]), is('mailbox.limit'));
    assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [4_294_967_295]);
    await createMailbox(ctx, scope, ['next']);
    await moveMessages(ctx, scope, 1, all, await idOf(ctx, scope, 'next'));
  }));
