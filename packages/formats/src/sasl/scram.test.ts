import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ScramClient, ScramServer, scramSecrets } from './scram.ts';
import { parseClientFinal, parseClientFirst } from './scram-messages.ts';

const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const binding = { type: 'tls-exporter', bytes: Buffer.alloc(32, 7) };
const bindings = (type: string): Buffer | null => (type === binding.type ? binding.bytes : null);

test('the exchange of RFC 7677 §3 comes out letter by letter', () => {
  const server = new ScramServer({ plus: false, bindings: null });
  assert.deepEqual(server.clientFirst(Buffer.from('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')), {
    login: 'user',
    authorizationId: '',
  });
  const first = server.serverFirst(scramSecrets('pencil', salt, 4096), '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0');
  assert.equal(
    first,
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  );
  const final = `c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`;
  assert.equal(server.clientFinal(Buffer.from(final)), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  const client = new ScramClient({ login: 'user', password: 'pencil', nonce: 'rOprNGfwEbeRWgbNEkqO' });
  assert.equal(client.clientFinal(Buffer.from(first)), final);
  assert.equal(client.accepts(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')), true);
  assert.equal(client.accepts(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=')), false);
});

function play(
  password: string,
  options: { plus: boolean; seen?: Buffer; tamper?: (message: string) => string },
): string | null {
  const secrets = scramSecrets('鸿雁 secret', salt, 16);
  const server = new ScramServer({ plus: options.plus, bindings });
  const client = new ScramClient({
    login: 'li,=wei',
    password,
    nonce: 'abc',
    ...(options.plus && { binding: { ...binding, bytes: options.seen ?? binding.bytes } }),
  });
  const opened = server.clientFirst(Buffer.from(client.clientFirst()));
  assert.equal(opened?.login, 'li,=wei');
  const final = client.clientFinal(Buffer.from(server.serverFirst(secrets, 'xyz'))) ?? '';
  return server.clientFinal(Buffer.from((options.tamper ?? (text => text))(final)));
}

test('right password passes with and without channel binding, everything else fails (RFC 5802 §5, §6)', () => {
  assert.match(play('鸿雁 secret', { plus: true }) ?? '', /^v=/);
  assert.match(play('鸿雁 secret', { plus: false }) ?? '', /^v=/);
  assert.equal(play('wrong', { plus: true }), null);
  assert.equal(play('鸿雁 secret', { plus: true, tamper: text => text.replace('r=abc', 'r=abd') }), null);
  // Somebody in the middle has one TLS connection to the client and another one to the server.
  assert.equal(play('鸿雁 secret', { plus: true, seen: Buffer.alloc(32, 9) }), null);
  const unbound = Buffer.concat([Buffer.from('p=tls-exporter,,'), Buffer.alloc(32, 8)]).toString('base64');
  assert.equal(
    play('鸿雁 secret', { plus: true, tamper: text => text.replace(/c=[^,]+/, `c=${unbound}`) }),
    null,
  );
});

test('a downgrade is noticed: flag y although -PLUS was offered, p without -PLUS, n with it (RFC 5802 §6)', () => {
  const tail = ',,n=user,r=abc';
  const open = (plus: boolean, flag: string, offered: boolean): unknown =>
    new ScramServer({ plus, bindings: offered ? bindings : null }).clientFirst(Buffer.from(flag + tail));
  assert.equal(open(false, 'y', true), null);
  assert.notEqual(open(false, 'y', false), null);
  assert.equal(open(false, 'p=tls-exporter', true), null);
  assert.equal(open(true, 'n', true), null);
  assert.equal(open(true, 'p=tls-unique', true), null);
  assert.notEqual(open(true, 'p=tls-exporter', true), null);
});

test('malformed messages are refused and nothing throws', () => {
  for (const text of [
    '',
    'n,,',
    'n,,n=,r=a',
    'n,,n=u',
    'n,,m=x,n=u,r=a',
    'n,,n=a=2Xb,r=a',
    'x,,n=u,r=a',
    'n,,n=u,r=a b',
    'n,n=u,r=a',
  ]) {
    assert.equal(parseClientFirst(Buffer.from(text)), null, text);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      parseClientFirst(Buffer.from(bytes));
      parseClientFinal(Buffer.from(bytes));
    }),
  );
});
