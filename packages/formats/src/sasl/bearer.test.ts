import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBearer } from './bearer.ts';

function read(mechanism: 'OAUTHBEARER' | 'XOAUTH2', text: string): unknown {
  return parseBearer(mechanism, Buffer.from(text.replaceAll('^', '\x01')));
}

test('OAUTHBEARER: GS2 header, host and port, the token (RFC 7628 §3.1, §4.1)', () => {
  assert.deepEqual(
    read('OAUTHBEARER', 'n,a=user@example.com,^host=server.example.com^port=143^auth=Bearer vF9dft4qmT^^'),
    { login: 'user@example.com', token: 'vF9dft4qmT' },
  );
  assert.deepEqual(read('OAUTHBEARER', 'n,,^auth=bearer a.b-c==^^'), { login: null, token: 'a.b-c==' });
  assert.deepEqual(read('OAUTHBEARER', 'y,a=a=2Cb=3Dc,^auth=Bearer x^^'), { login: 'a,b=c', token: 'x' });
});

test('XOAUTH2: the user and the token', () => {
  assert.deepEqual(read('XOAUTH2', 'user=a@b.test^auth=Bearer x/y+z^^'), {
    login: 'a@b.test',
    token: 'x/y+z',
  });
});

test('what is not such a message is none', () => {
  for (const text of [
    '',
    '^',
    'n,,^^',
    'n,,^auth=Bearer x^',
    'n,,^auth=Basic x^^',
    'n,,^auth=Bearer x y^^',
    'n,,^auth=Bearer^^',
    'p=tls-unique,,^auth=Bearer x^^',
    'n,,^auth=Bearer x^auth=Bearer y^^',
    'n,b=x,^auth=Bearer x^^',
    `n,,^${'k=v^'.repeat(100)}auth=Bearer x^^`,
    `n,,^auth=Bearer ${'x'.repeat(20_000)}^^`,
  ])
    assert.equal(read('OAUTHBEARER', text), null, text.slice(0, 40));
});
