import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, flattenAddresses, formatAddrSpec, parseAddresses } from './address.ts';

const brief = (address: Address): unknown =>
  address.kind === 'group'
    ? { [address.name]: address.members.map(brief) }
    : [address.name, address.local, address.domain];
const parse = (text: string): unknown[] => parseAddresses(text).map(brief);

describe('address lists', () => {
  it('reads names, quoted names and bare addresses (RFC 5322 §3.4)', () => {
    assert.deepEqual(parse('Alice <alice@a.test>, "Doe, Jane" <jane@b.test>, bob@c.test'), [
      ['Alice', 'alice', 'a.test'],
      ['Doe, Jane', 'jane', 'b.test'],
      [null, 'bob', 'c.test'],
    ]);
  });

  it('reads quoted local parts, domain literals and comments (RFC 5322 §3.4.1, §3.2.2)', () => {
    assert.deepEqual(parse('"a \\"b\\"@c"@d.test, u@[IPv6:2001:db8::1], (x) e@f.test (Real (nested) Name)'), [
      [null, 'a "b"@c', 'd.test'],
      [null, 'u', '[IPv6:2001:db8::1]'],
      ['x', 'e', 'f.test'],
    ]);
    assert.deepEqual(parse('e@f.test (Real \\(Name)'), [['Real (Name', 'e', 'f.test']]);
  });

  it('reads groups, also empty and unfinished ones (RFC 5322 §3.4)', () => {
    assert.deepEqual(parse('Team: A <a@b.test>, c@d.test;, undisclosed-recipients:;, e@f.test'), [
      {
        Team: [
          ['A', 'a', 'b.test'],
          [null, 'c', 'd.test'],
        ],
      },
      { 'undisclosed-recipients': [] },
      [null, 'e', 'f.test'],
    ]);
    assert.deepEqual(parse('Open: a@b.test'), [{ Open: [[null, 'a', 'b.test']] }]);
    assert.equal(flattenAddresses(parseAddresses('G: a@b, c@d;, e@f')).length, 3);
  });

  it('reads obsolete syntax: routes, blanks round dots and at signs (RFC 5322 §4.4)', () => {
    const [first] = parseAddresses('<@relay.test,@two.test:john@c.test>');
    assert.equal(first?.kind === 'mailbox' && first.route, '@relay.test,@two.test');
    assert.deepEqual(parse('a . b @ c . test, Pete(x) . Smith <p @ q . test>'), [
      [null, 'a.b', 'c.test'],
      ['Pete . Smith', 'p', 'q.test'],
    ]);
  });

  it('decodes names and keeps the written form (RFC 2047 §5), UTF-8 as it is (RFC 6532)', () => {
    const [first, second] = parseAddresses('=?GBK?B?1cXI/Q==?= <z@a.test>, 李四 <李@例子.测试>');
    assert.deepEqual(first?.kind === 'mailbox' && [first.rawName, first.name], [
      '=?GBK?B?1cXI/Q==?=',
      '张三',
    ]);
    assert.deepEqual(second !== undefined && brief(second), ['李四', '李', '例子.测试']);
    assert.deepEqual(parse('=?UTF-8?Q?Comma,_(in)?= <c@d.test>'), [['Comma, (in)', 'c', 'd.test']]);
  });

  it('makes something of debris', () => {
    assert.deepEqual(parse(',, ;'), []);
    assert.deepEqual(parse('root'), [[null, 'root', '']]);
    assert.deepEqual(parse('Missing <m@b.test, <<double@b.test>>, semi@b.test; last@b.test'), [
      ['Missing', 'm', 'b.test'],
      [null, 'double', 'b.test'],
      [null, 'semi', 'b.test'],
      [null, 'last', 'b.test'],
    ]);
    assert.deepEqual(parse('a@b@c.test, <a@b@c.test>'), [
      [null, 'a@b', 'c.test'],
      [null, 'a@b', 'c.test'],
    ]);
    assert.deepEqual(parse('Mail Delivery <>'), [['Mail Delivery', '', '']]);
  });

  it('stays linear on nested and unclosed input', () => {
    for (const piece of [
      '(',
      '<',
      '"',
      '<@',
      '@',
      ':',
      '=?',
      '[',
      'a@',
      '. ',
      '<a@',
      '\\',
      ',;',
      'o:',
      '"" ',
      '. a@b ',
    ]) {
      assert.ok(parseAddresses(piece.repeat(100_000)).length <= 10_000, piece);
      assert.ok(parseAddresses(`a@b ${piece.repeat(100_000)} c@d`).length <= 10_000, piece);
    }
  });

  it('quotes a local part only where needed (RFC 5322 §3.4.1)', () => {
    assert.equal(formatAddrSpec('a.b', 'c.test'), 'a.b@c.test');
    assert.equal(formatAddrSpec('a b"', 'c.test'), '"a b\\""@c.test');
    assert.equal(formatAddrSpec('.a', 'c.test'), '".a"@c.test');
    assert.equal(formatAddrSpec('', ''), '');
  });
});
