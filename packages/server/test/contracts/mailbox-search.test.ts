import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { copyMessages } from '../../src/mailbox/copy.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { searchMessages } from '../../src/mailbox/search.ts';
import type { SearchQuery } from '../../src/mailbox/search-query.ts';
import { Flag } from '../../src/mailbox/types.ts';
import { openView } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import {
  bareMessage,
  type MailboxHouse,
  mail,
  message,
  withAccount,
  withBodies,
} from '../store-fixture/mailbox-fixture.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const january = Date.UTC(2026, 0, 1);

async function found({ ctx }: MailboxHouse, scope: Scope, query: SearchQuery, id = 1): Promise<number[]> {
  return searchMessages(ctx, scope, id, query, await openView(ctx, scope, id));
}

const flag = (name: string, set = true): SearchQuery => ({ key: 'flag', flag: name, set });

const multipart = `From: "=?UTF-8?B?546L5bCP5piO?=" <xiaoming@example.cn>
To: Team <team@example.cn>
Cc: "Boss" <boss@example.org>
Bcc: hidden@example.net
Subject: =?GB2312?B?1tzx4LG4zfw=?= budget
Date: Wed, 31 Dec 2025 23:30:00 -0500
Message-ID: <part@x>
X-Ticket: ABC-123
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: base64

u+HS6bzHwrw=
--b
Content-Type: text/html; charset=utf-8

<p>Quarterly <b>re</b>port &amp; 附件说明</p><script>secretcode()</script>
--b
Content-Type: application/pdf; name="预算表.pdf"
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

bm9uc2Vuc2U=
--b--
`;

async function fill(house: MailboxHouse, scope: Scope): Promise<void> {
  await appendMessages(house.ctx, scope, 1, [
    await message(house, mail('Hello World', 'Message-ID: <one@x>\n', 'Straße nach München'), {
      bits: Flag.Seen,
      receivedAt: january,
    }),
    await message(house, mail('会议纪要', 'Date: Fri, 2 Jan 2026 09:00:00 +0800\n', '请大家准时参加会议。'), {
      bits: Flag.Flagged,
      keywords: ['Project'],
      receivedAt: january + day,
    }),
    await message(house, multipart, { receivedAt: january + 2 * day, bits: Flag.Answered | Flag.Forwarded }),
    await message(house, mail('re: hello', 'In-Reply-To: <one@x>\nX-Empty:\n', 'x'.repeat(300_000)), {
      bits: Flag.Deleted | Flag.Draft,
      receivedAt: january + 3 * day,
      prefix: 'X-Prefix: 鸿雁\r\n',
    }),
  ]);
}

test('every search key of RFC 9051 §6.4.4, RFC 5032, RFC 7162 and RFC 8474', () =>
  withBodies(async (house, scope) => {
    await fill(house, scope);
    house.clock.jump(january + 3 * day + hour);
    const cases: readonly (readonly [SearchQuery, number[]])[] = [
      [{ key: 'all' }, [1, 2, 3, 4]],
      [{ key: 'none' }, []],
      [flag('\\Seen'), [1]],
      [flag('\\SEEN', false), [2, 3, 4]],
      [flag('\\Flagged'), [2]],
      [flag('\\Flagged', false), [1, 3, 4]],
      [flag('\\Answered'), [3]],
      [flag('\\Deleted'), [4]],
      [flag('\\Deleted', false), [1, 2, 3]],
      [flag('\\Draft'), [4]],
      [flag('project'), [2]],
      [flag('PROJECT', false), [1, 3, 4]],
      [flag('$Forwarded'), [3]],
      [flag('never-used'), []],
      [flag('never-used', false), [1, 2, 3, 4]],
      [{ key: 'subject', value: 'HELLO' }, [1, 4]],
      [{ key: 'subject', value: '会议' }, [2]],
      [{ key: 'subject', value: '周' }, [3]],
      [{ key: 'subject', value: '' }, [1, 2, 3, 4]],
      [{ key: 'from', value: 'lilei@EXAMPLE' }, [1, 2, 4]],
      [{ key: 'from', value: '王小明' }, [3]],
      [{ key: 'from', value: 'li lei' }, [1, 2, 4]],
      [{ key: 'to', value: 'hanmeimei' }, [1, 2, 4]],
      [{ key: 'cc', value: 'boss' }, [3]],
      [{ key: 'bcc', value: 'hidden@' }, [3]],
      [{ key: 'bcc', value: 'boss' }, []],
      [{ key: 'body', value: 'STRASSE' }, []],
      [{ key: 'body', value: 'straße NACH münchen' }, [1]],
      [{ key: 'body', value: '会议记录' }, [3]],
      [{ key: 'body', value: '会议' }, [2, 3]],
      [{ key: 'body', value: 'quarterly report & 附件' }, [3]],
      [{ key: 'body', value: 'secretcode' }, []],
      [{ key: 'body', value: 'nonsense' }, []],
      [{ key: 'body', value: 'hello' }, []],
      [{ key: 'body', value: 'x'.repeat(1_000) }, [4]],
      [{ key: 'text', value: 'hello' }, [1, 4]],
      [{ key: 'text', value: 'plan.pdf' }, [3]],
      [{ key: 'text', value: 'abc-123' }, [3]],
      [{ key: 'text', value: '鸿雁' }, [4]],
      [{ key: 'text', value: '准时' }, [2]],
      [{ key: 'header', field: 'x-ticket', value: '' }, [3]],
      [{ key: 'header', field: 'X-TICKET', value: 'c-12' }, [3]],
      [{ key: 'header', field: 'X-Ticket', value: 'nope' }, []],
      [{ key: 'header', field: 'X-Empty', value: '' }, [4]],
      [{ key: 'header', field: 'X-Prefix', value: '鸿' }, [4]],
      [{ key: 'header', field: 'subject', value: '会议' }, [2]],
      [{ key: 'header', field: 'Message-Id', value: 'one@x' }, [1]],
      [{ key: 'date', of: 'received', is: 'before', day: january + day }, [1]],
      [{ key: 'date', of: 'received', is: 'on', day: january + day }, [2]],
      [{ key: 'date', of: 'received', is: 'since', day: january + day }, [2, 3, 4]],
      // The sender's calendar counts: 31 December there, January in UTC.
      [{ key: 'date', of: 'sent', is: 'on', day: january - day }, [3]],
      [{ key: 'date', of: 'sent', is: 'since', day: january }, [2]],
      [{ key: 'date', of: 'sent', is: 'before', day: january }, [3]],
      [{ key: 'date', of: 'saved', is: 'on', day: january }, [1, 2, 3, 4]],
      [{ key: 'date', of: 'saved', is: 'since', day: january + day }, []],
      [{ key: 'younger', seconds: 3_600 }, [4]],
      [{ key: 'older', seconds: 3_600 }, [1, 2, 3, 4]],
      [{ key: 'older', seconds: 3_601 }, [1, 2, 3]],
      [{ key: 'larger', size: 300_000 }, [4]],
      [{ key: 'smaller', size: 300_000 }, [1, 2, 3]],
      [
        {
          key: 'uid',
          uids: [
            [2, 3],
            [9, 99],
          ],
        },
        [2, 3],
      ],
      [{ key: 'attachment', present: true }, [3]],
      [{ key: 'attachment', present: false }, [1, 2, 4]],
      [{ key: 'emailid', id: 2 }, [2]],
      [{ key: 'threadid', id: 1 }, [1]],
      [{ key: 'threadid', id: 77 }, []],
      [{ key: 'modseq', least: 1 }, [1, 2, 3, 4]],
      [{ key: 'not', child: { key: 'subject', value: 'hello' } }, [2, 3]],
      [{ key: 'or', left: flag('\\Seen'), right: { key: 'body', value: '准时' } }, [1, 2]],
      [{ key: 'and', children: [] }, [1, 2, 3, 4]],
      [{ key: 'and', children: [{ key: 'body', value: '会议' }, flag('\\Flagged')] }, [2]],
      [
        {
          key: 'not',
          child: {
            key: 'or',
            left: { key: 'and', children: [flag('\\Seen'), { key: 'subject', value: 'world' }] },
            right: { key: 'not', child: flag('\\Deleted') },
          },
        },
        [4],
      ],
    ];
    for (const [query, expected] of cases) {
      assert.deepEqual(await found(house, scope, query), expected, JSON.stringify(query).slice(0, 200));
    }
    await storeFlags(house.ctx, scope, 1, [[2, 2]], {
      mode: 'add',
      flags: { bits: Flag.Seen, keywords: [] },
    });
    const { modseq } = await openView(house.ctx, scope, 1);
    assert.deepEqual(await found(house, scope, { key: 'modseq', least: modseq }), [2]);
    assert.deepEqual(await found(house, scope, { key: 'modseq', least: modseq + 1 }), []);
  }));

test('a copy is found by its EMAILID (RFC 8474 §5.4)', () =>
  withAccount(async (house, scope) => {
    await appendMessages(house.ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
    await copyMessages(house.ctx, scope, 1, [[1, 1]], 2);
    assert.deepEqual(await found(house, scope, { key: 'emailid', id: 1 }, 2), [1]);
  }));

test('the picture of the session decides: new messages are not found, expunged ones neither', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3].map(n => bareMessage(n, { bits: n === 2 ? Flag.Deleted : 0 })),
    );
    const view = await openView(ctx, scope, 1);
    await expungeMessages(ctx, scope, 1, null);
    await appendMessages(ctx, scope, 1, [bareMessage(4)]);
    assert.deepEqual(await searchMessages(ctx, scope, 1, { key: 'all' }, view), [1, 3]);
    assert.deepEqual(await searchMessages(ctx, scope, 1, flag('\\Seen', false), view), [1, 3]);
    assert.deepEqual(
      await searchMessages(ctx, scope, 1, { key: 'not', child: flag('\\Seen') }, view),
      [1, 3],
    );
    assert.deepEqual(
      await searchMessages(ctx, scope, 1, { key: 'not', child: { key: 'subject', value: '3' } }, view),
      [1],
    );
  }));

test('a search can be ended, and one that is too large is refused', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      Array.from({ length: 300 }, (_, n) => bareMessage(n)),
    );
    const view = await openView(ctx, scope, 1);
    const abort = new AbortController();
    const running = searchMessages(ctx, scope, 1, { key: 'subject', value: 'x' }, view, {
      signal: abort.signal,
    });
    abort.abort(new Error('enough'));
    await assert.rejects(running, /^Error: enough$/);
    let deep: SearchQuery = { key: 'all' };
    for (let i = 0; i < 200; i += 1) deep = { key: 'not', child: deep };
    await assert.rejects(searchMessages(ctx, scope, 1, deep, view), error =>
      isMailError(error, 'input.invalid'),
    );
    const wide: SearchQuery = { key: 'and', children: Array.from({ length: 2_000 }, () => ({ key: 'all' })) };
    await assert.rejects(searchMessages(ctx, scope, 1, wide, view), error =>
      isMailError(error, 'input.invalid'),
    );
    await assert.rejects(searchMessages(ctx, scope, 99, { key: 'all' }, view), error =>
      isMailError(error, 'mailbox.not_found'),
    );
  }));

test('a body that cannot be read does not match, and does not end the search', () =>
  withBodies(async (house, scope) => {
    await appendMessages(house.ctx, scope, 1, [
      await message(house, mail('a', '', 'needle')),
      await message(house, mail('b', '', 'needle')),
    ]);
    let broken = true;
    const ctx = {
      ...house.ctx,
      blobs: new Proxy(house.ctx.blobs, {
        get(target, name): unknown {
          if (name === 'read' && broken) {
            return async (): Promise<never> => {
              broken = false;
              const { MailError } = await import('../../src/platform/errors.ts');
              throw new MailError('store.corrupt');
            };
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      }),
    };
    const view = await openView(ctx, scope, 1);
    assert.deepEqual(await searchMessages(ctx, scope, 1, { key: 'body', value: 'needle' }, view), [2]);
  }));
