import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDomainOrLiteral, parsePath } from './address.ts';

function path(text: string, options: { utf8?: boolean; empty?: boolean } = {}): string {
  const result = parsePath(Buffer.from(text), 0, {
    utf8: options.utf8 ?? false,
    allowEmpty: options.empty ?? false,
    allowPostmaster: true,
  });
  return result.kind === 'path' ? `${result.address}|${result.end}` : result.problem;
}

test('mailboxes are read as RFC 5321 §4.1.2 writes them', () => {
  assert.equal(path('<a@b.cn>'), 'a@b.cn|8');
  assert.equal(path("<o'neil+tag!#$%&*-/=?^_`{|}~@b-c.cn> X=1"), "o'neil+tag!#$%&*-/=?^_`{|}~@b-c.cn|36");
  assert.equal(path('<a.b.c@[192.0.2.1]>'), 'a.b.c@[192.0.2.1]|19');
  assert.equal(path('<a@[IPv6:2001:db8::192.0.2.1]>'), 'a@[IPv6:2001:db8::192.0.2.1]|30');
  assert.equal(path('<a@[x-tag:content]>'), 'a@[x-tag:content]|19');
  assert.equal(path('<POSTMASTER>'), 'POSTMASTER|12');
  assert.equal(path('<>', { empty: true }), '|2');
});

test('quoted local parts come out with the least quoting (RFC 5321 §4.1.2)', () => {
  assert.equal(path('<"a.b"@c.cn>').split('|')[0], 'a.b@c.cn');
  assert.equal(path(String.raw`<"a\b"@c.cn>`).split('|')[0], 'ab@c.cn');
  assert.equal(path(String.raw`<"a\"b\\c d"@c.cn>`).split('|')[0], String.raw`"a\"b\\c d"@c.cn`);
  assert.equal(path('<"a..b"@c.cn>').split('|')[0], '"a..b"@c.cn');
  assert.equal(path('<""@c.cn>').split('|')[0], '""@c.cn');
});

test('source routes are read and ignored (RFC 5321 appendix C)', () => {
  assert.equal(path('<@a.cn,@b.cn:x@c.cn>'), 'x@c.cn|20');
  for (const wrong of ['<@a.cn:>', '<@a.cn,x@c.cn>', '<@a.cn,:x@c.cn>', '<@:x@c.cn>'])
    assert.equal(path(wrong), 'syntax', wrong);
});

test('what is not a path is refused', () => {
  const wrong = [
    '',
    '<',
    '>',
    '<>',
    'a@b.cn',
    '<a@b.cn',
    '<a>',
    '<@b.cn>',
    '<a@>',
    '<a@b..cn>',
    '<a@.cn>',
    '<a@b.>',
    '<a@-b.cn>',
    '<a@b-.cn>',
    '<.a@b.cn>',
    '<a.@b.cn>',
    '<a..b@c.cn>',
    '<a b@c.cn>',
    '<a@b c>',
    '<"a@b.cn>',
    '<"a\tb"@c.cn>',
    '<a@[1.2.3]>',
    '<a@[1.2.3.256]>',
    '<a@[IPv6:1::2::3]>',
    '<a@[IPv6:12345::]>',
    '<a@[IPv6:1:2:3:4:5:6:7:8:9]>',
    '<a@[tag:]>',
    '<a@[:x]>',
    '<a@[x',
    '<<a@b.cn>>',
    '<a@b@c.cn>',
    `<a@${'b'.repeat(64)}.cn>`,
  ];
  for (const text of wrong) assert.equal(path(text), 'syntax', text);
});

test('UTF-8 only with SMTPUTF8, and only well-formed (RFC 6531 §3.3)', () => {
  assert.equal(path('<李伟@例子.cn>'), 'non-ascii');
  assert.equal(path('<李伟@例子.cn>', { utf8: true }).split('|')[0], '李伟@例子.cn');
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe6, 0x9d]]) {
    const text = Buffer.concat([Buffer.from('<a'), Buffer.from(bytes), Buffer.from('@b.cn>')]);
    assert.deepEqual(parsePath(text, 0, { utf8: true }), { kind: 'invalid', problem: 'syntax' });
  }
});

test('lengths of RFC 5321 §4.5.3.1 are limits in octets', () => {
  assert.equal(path(`<${'a'.repeat(64)}@b.cn>`).split('|')[1], '71');
  assert.equal(path(`<${'a'.repeat(65)}@b.cn>`), 'too-long');
  assert.equal(path(`<${'李'.repeat(22)}@b.cn>`, { utf8: true }), 'too-long');
  const domain = `${'b'.repeat(63)}.`.repeat(3);
  assert.equal(path(`<a@${domain}${'c'.repeat(60)}>`).split('|')[1], '256');
  assert.equal(path(`<a@${domain}${'c'.repeat(61)}>`), 'too-long');
});

test('HELO takes domains and address literals (RFC 5321 §4.1.1.1)', () => {
  for (const good of ['client.test', 'localhost', '[127.0.0.1]', '[IPv6:::1]', 'x_y.test'])
    assert.ok(isDomainOrLiteral(Buffer.from(good)), good);
  for (const bad of ['', 'a b', 'a..b', '-a.test', '[x]', '127.0.0.1]', 'a'.repeat(256)])
    assert.ok(!isDomainOrLiteral(Buffer.from(bad)), bad);
});
