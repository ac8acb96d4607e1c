import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { formatDate, parseDate } from './date.ts';
import { decodeWords, encodeWords } from './encoded-word.ts';
import { HeaderBlock, parseHeaderFields, unfoldText } from './headers.ts';
import { parseMessageIds } from './message-id.ts';
import { findParameter, parseParameterised } from './parameters.ts';
import { baseSubject } from './subject.ts';

describe('header fields (RFC 5322 §2.2)', () => {
  const bytes = Buffer.from(
    'From x\r\nSubject: a\r\n folded\r\nX-Empty:\r\nnonsense\r\nTO : b\r\nsubject:c\r\n\r\nBody: no\r\n',
  );

  it('lists names and offsets, passes over debris, stops at the blank line', () => {
    const fields = parseHeaderFields(bytes);
    assert.deepEqual(
      fields.map(field => field.name),
      ['Subject', 'X-Empty', 'TO', 'subject'],
    );
    const [subject] = fields;
    assert.equal(bytes.toString('latin1', subject?.start, subject?.end), 'Subject: a\r\n folded\r\n');
    assert.equal(bytes.toString('latin1', subject?.valueStart, subject?.end), ' a\r\n folded\r\n');
  });

  it('finds values by name without regard to case', () => {
    const block = new HeaderBlock(bytes);
    assert.equal(block.first('subject'), 'a folded');
    assert.deepEqual(block.all('subject'), ['a folded', 'c']);
    assert.equal(block.first('x-empty'), '');
    assert.equal(block.first('body'), null);
    assert.equal(block.first('to'), 'b');
  });

  it('unfolds, and lets no CR, LF or NUL through (§2.2.3)', () => {
    assert.equal(unfoldText(' a\r\n b\n\tc\r\rd\0e\r\n'), 'a b\tc de');
    assert.equal(unfoldText('\r\n \r\n'), '');
  });
});

describe('dates (RFC 5322 §3.3, §4.3)', () => {
  const cases: readonly [string, string, number][] = [
    ['Sun, 22 Nov 2026 18:39:55 +0800', '2026-11-22T10:39:55.000Z', 480],
    ['22 Nov 2026 18:39 -0530', '2026-11-23T00:09:00.000Z', -330],
    ['(c) Mon , 2 (x) Jan 06 15:4 EST', '2006-01-02T20:04:00.000Z', -300],
    ['Fri, 21 Nov 97 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z', -360],
    ['Fri, 21 Nov 97 09:55:06 -0600', '1997-11-21T15:55:06.000Z', -360],
    ['Tue, 1 Jan 102 00:00:00 Z', '2002-01-01T00:00:00.000Z', 0],
    ['Thu, 13 Feb 1969 23:32:54 -0330 (Newfoundland Time)', '1969-02-14T03:02:54.000Z', -210],
    ['2026-11-22T18:39:55+08:00', '2026-11-22T10:39:55.000Z', 480],
    ['2026-11-22 18:39:55', '2026-11-22T18:39:55.000Z', 0],
    ['Sun Nov 22 18:39:55 2026', '2026-11-22T18:39:55.000Z', 0],
    ['22-Nov-2026 18:39:55 GMT', '2026-11-22T18:39:55.000Z', 0],
    ['Sun, 22 Nov 2026 06:39:55 PM GMT+0800', '2026-11-22T10:39:55.000Z', 480],
    ['Sat, 31 Dec 2016 23:59:60 +0000', '2016-12-31T23:59:59.000Z', 0],
    ['Sunday, November 22, 2026 18:39:55 +0000', '2026-11-22T18:39:55.000Z', 0],
  ];

  it('reads standard, obsolete and careless forms', () => {
    for (const [text, iso, offset] of cases) {
      const date = parseDate(text);
      assert.equal(date === null ? null : new Date(date.ms).toISOString(), iso, text);
      assert.equal(date?.offset, offset, text);
    }
  });

  it('gives up on what is no date', () => {
    for (const text of [
      '',
      'yesterday',
      '32 Nov 2026 10:00 +0000',
      '1 Foo 2026 10:00',
      '1 Jan 2026 25:00:00',
      'x'.repeat(1e5),
      '1 Jan 2026 10:00 +9900',
    ])
      assert.equal(parseDate(text), null, text.slice(0, 40));
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (seconds, offset) => {
          assert.deepEqual(parseDate(formatDate(seconds * 1000, offset)), { ms: seconds * 1000, offset });
        },
      ),
    );
  });
});

describe('encoded-words', () => {
  it('drops white space between adjacent words only (RFC 2047 §6.2, §8)', () => {
    assert.equal(decodeWords('=?ISO-8859-1?Q?a?= b'), 'a b');
    assert.equal(decodeWords('=?ISO-8859-1?Q?a?= \t =?ISO-8859-1?Q?b?='), 'ab');
    assert.equal(decodeWords('=?ISO-8859-1?Q?a_b?='), 'a b');
    assert.equal(decodeWords('=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?='), 'a b');
  });

  it('joins characters and base64 quanta split over words', () => {
    assert.equal(decodeWords('=?UTF-8?B?6bi/6Q==?= =?UTF-8?B?m4E=?='), '鸿雁');
    assert.equal(decodeWords('=?utf-8?Q?=E4=BD?= =?UTF-8?Q?=A0?='), '你');
    const japanese = '=?iso-2022-jp?B?GyRCMnE1RBsoQg==?=';
    assert.equal(decodeWords(`${japanese} ${japanese}`), '会議会議');
    assert.equal(decodeWords('=?UTF-8?B?5L2g5aW?= =?UTF-8?B?9?='), '你好');
  });

  it('knows language tags (RFC 2231 §5) and the charsets of Chinese mail', () => {
    assert.equal(decodeWords('=?US-ASCII*EN?Q?Keith_Moore?='), 'Keith Moore');
    assert.equal(decodeWords('=?gb2312?B?1cXI/Q==?='), '张三');
    assert.equal(decodeWords('=?big5?B?t3zEs7Nxqr4=?='), '會議通知');
    assert.equal(decodeWords('=?iso-2022-jp?B?GyRCMnE1RBsoQg==?='), '会議');
  });

  it('leaves alone what is no word', () => {
    for (const text of ['=?', '=?x?=', '=?utf-8?X?abc?=', '=?utf-8?Q?abc', 'a =?= b', '?= =?'])
      assert.equal(decodeWords(text), text);
    assert.equal(decodeWords('=?utf-8?Q?=ZZ=4?='), '=ZZ=4');
  });

  it('stays linear on unfinished words', () => {
    for (const piece of ['=?', '=?a?b?', '=?utf-8?q?x', '=?utf-8?b?x?= ', '?=']) {
      assert.equal(typeof decodeWords(piece.repeat(50_000)), 'string');
    }
  });

  it('writes words of at most 75 characters that decode to the same text (RFC 2047 §2)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        const encoded = encodeWords(text);
        assert.ok(encoded.split(' ').every(word => word.length <= 75));
        assert.equal(decodeWords(encoded), text);
      }),
    );
    assert.match(encodeWords('Jürgen'), /\?Q\?/);
    assert.match(encodeWords('鸿雁'), /\?B\?/);
  });
});

describe('parameters', () => {
  const value = (text: string, name: string): string | null =>
    findParameter(parseParameterised(text).parameters, name);

  it('reads tokens, quoted strings and comments (RFC 2045 §5.1)', () => {
    const parsed = parseParameterised('TEXT / (c) Plain (x); CharSet = "UTF\\-8" (c); format=flowed');
    assert.equal(parsed.value, 'text/plain');
    assert.deepEqual(
      parsed.parameters.map(({ name, value }) => [name, value]),
      [
        ['charset', 'UTF-8'],
        ['format', 'flowed'],
      ],
    );
  });

  it('joins continuations and decodes character sets (RFC 2231 §3, §4)', () => {
    assert.equal(
      value("x/y; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", 'title'),
      'This is ***fun***',
    );
    assert.equal(
      value(
        "x/y; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"; title*0*=us-ascii'en'This%20is%20",
        'title',
      ),
      "This is ***fun*** isn't it!",
    );
    assert.equal(value("x/y; n*0*=UTF-8''%E4%BD; n*1*=%A0; n*3=lost", 'n'), '你');
    assert.equal(value("x/y; n=plain; n*=gbk''%C4%E3", 'n'), '你');
    assert.equal(value('x/y; n*1=lost; n=kept', 'n'), 'kept');
  });

  it('accepts what senders do against the rules', () => {
    assert.equal(value('a/b; name="=?UTF-8?B?5ZCI5ZCM?=.doc"', 'name'), '合同.doc');
    assert.equal(value('a/b; name=plan (final).txt; x=y', 'name'), 'plan (final).txt');
    assert.equal(value('a/b charset=y name=x', 'charset'), 'y');
    assert.equal(parseParameterised('attachment filename="a"').value, 'attachment');
    assert.equal(value('a/b; =x; ; name="unclosed', 'name'), 'unclosed');
    assert.equal(value('a/b; c=1; c=2', 'c'), '1');
    assert.equal(parseParameterised('').value, '');
  });

  it('stays linear on unfinished input', () => {
    for (const piece of [';a*0=', '(', '"\\', ';', ' ', 'a=', ";a*1*='"]) {
      assert.ok(parseParameterised(piece.repeat(50_000)).parameters.length <= 200);
    }
  });
});

describe('message identifiers (RFC 5322 §3.6.4, §4.5.4)', () => {
  it('reads lists, once each, white space inside removed', () => {
    assert.deepEqual(parseMessageIds('<a@b><c@ d>\t junk "<e@f>" <a@b>'), ['a@b', 'c@d', 'e@f']);
    assert.deepEqual(parseMessageIds('Message of Sunday <x@y>'), ['x@y']);
    assert.deepEqual(parseMessageIds('bare@id, other@id'), ['bare@id', 'other@id']);
    assert.deepEqual(parseMessageIds('<<a@b>>'), ['a@b']);
    assert.deepEqual(parseMessageIds('nothing'), []);
  });

  it('keeps the first and the most recent of a long list', () => {
    const ids = parseMessageIds(Array.from({ length: 1000 }, (_, i) => `<${i}@x>`).join(' '));
    assert.equal(ids.length, 200);
    assert.deepEqual([ids[0], ids[1], ids.at(-1)], ['0@x', '801@x', '999@x']);
    assert.ok(parseMessageIds('<'.repeat(100_000)).length === 0);
    assert.ok(parseMessageIds('<a'.repeat(100_000) + '>').length === 1);
  });
});

describe('base subject (RFC 5256 §2.1)', () => {
  const cases: readonly [string, string][] = [
    ['Re: hello', 'hello'],
    ['RE : [list] Fwd [x]: hello (fwd) (FWD) ', 'hello'],
    ['[list] hello', 'hello'],
    ['[only a blob]', '[only a blob]'],
    ['[a] [b]', '[b]'],
    ['Re[2]: hello', 'hello'],
    ['[fwd: Re: [x] hello]', 'hello'],
    ['re', 're'],
    ['Re:', ''],
    ['', ''],
    ['hello  \t world', 'hello world'],
    ['回复：hello', 'hello'],
    ['答复: 转发： 回复:会议', '会议'],
    ['轉寄: Re：會議', '會議'],
    ['Regarding: x', 'Regarding: x'],
    ['回复率统计', '回复率统计'],
  ];

  it('removes reply and forward marks, Chinese ones too', () => {
    for (const [subject, base] of cases) assert.equal(baseSubject(subject).base, base, subject);
    assert.equal(baseSubject('Re: x').isReply, true);
    assert.equal(baseSubject('[x] y').isReply, false);
  });

  it('stays linear on nested marks', () => {
    for (const piece of ['[', '[a]', 're:', '[fwd:', '(fwd)', ' '])
      assert.equal(typeof baseSubject(piece.repeat(100_000)).base, 'string');
  });
});
