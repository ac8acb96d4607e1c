import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendMessages } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { type EmailCondition, everyEmail, type TextCondition } from '../../src/mailbox/emails/condition.ts';
import { EmailIndexes } from '../../src/mailbox/emails/email-indexes.ts';
import { queryEmails } from '../../src/mailbox/emails/query-emails.ts';
import { foldText } from '../../src/mailbox/searching/fold.ts';
import { openSearch } from '../search-fixture/search-house.ts';
import { mail, makeAccount, message, openHouse } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const places = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body', 'header'] as const;

function condition(place: TextCondition['place'], ...words: string[]): EmailCondition {
  const field = place === 'header' ? 'x-mailer' : '';
  return { ...everyEmail, texts: [{ place, field, needles: words.map(foldText) }] };
}

test('RFC 8621 §4.4.1, REA-12: Email/query finds the same with the index as without', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  const add = async (...texts: string[]): Promise<void> => {
    for (const text of texts) await appendMessages(house.ctx, scope, 1, [await message(house, text)]);
  };
  await add(
    mail('长江大桥', 'X-Mailer: Wild Goose 1\n', '合同已签署'),
    mail('bridge', 'Cc: 王芳 <wang.fang@example.com>\n', 'the Yangtze bridge, 大桥'),
    mail('Straße', '', 'report re-port'),
  );
  await search.index(scope);
  await add(mail('大桥 again', 'X-Mailer: mutt\n', 'not indexed yet: report'));
  const ask = async (
    ctx: MailboxContext,
    filter: Parameters<typeof queryEmails>[3]['filter'],
  ): Promise<readonly number[]> => {
    const query = { filter, sort: [], collapseThreads: false, bitOf: () => null };
    return (await queryEmails(ctx, new EmailIndexes(), scope, query)).ids;
  };
  const needles = [
    '大桥',
    '大',
    '长江大桥',
    'bridge',
    'idge',
    'goose 1',
    'wang.fang@',
    're-port',
    'port',
    'STRASSE',
    'straße',
    'lilei',
    '合同',
    'zzz',
    '-',
  ];
  for (const place of places) {
    for (const needle of needles) {
      const is = { operator: 'is', condition: condition(place, needle) } as const;
      const both = { operator: 'is', condition: condition(place, needle, 'report') } as const;
      const other = { operator: 'is', condition: condition('subject', '大桥') } as const;
      for (const filter of [
        is,
        both,
        { operator: 'NOT', conditions: [is] },
        { operator: 'OR', conditions: [is, other] },
        { operator: 'AND', conditions: [is, other] },
      ] as const) {
        const expected = await ask(house.ctx, filter);
        assert.deepEqual(await ask(search.indexed, filter), expected, JSON.stringify(filter));
      }
    }
  }
  assert.equal(
    (await ask(search.indexed, { operator: 'is', condition: condition('text', '大桥') })).length,
    3,
  );
});
