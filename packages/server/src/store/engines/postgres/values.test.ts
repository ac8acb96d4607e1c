import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailError, MailError } from '../../../platform/errors.ts';
import { readPostgresUrl } from './connection-url.ts';
import { isLost, isPassing, translate } from './failures.ts';
import { bind, parseBytes, parseInteger } from './values.ts';

function stateError(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code, severity: 'ERROR' });
}

test('numbers beyond 2^53 and bytes in another form are store.corrupt, not something like them', () => {
  assert.equal(parseInteger('-9007199254740991'), -9_007_199_254_740_991);
  for (const text of ['9007199254740992', '99999999999999999999', '1.5', 'NaN']) {
    assert.throws(
      () => parseInteger(text),
      error => isMailError(error, 'store.corrupt'),
    );
  }
  assert.deepEqual(parseBytes('\\x00ff10'), Uint8Array.of(0, 255, 16));
  assert.throws(
    () => parseBytes('\\000'),
    error => isMailError(error, 'store.corrupt'),
  );
});

test('text without a place in PostgreSQL is replaced; everything else is bound as it is', () => {
  const bytes = Uint8Array.of(0);
  assert.deepEqual(bind(['a\0b\0', 'plain', 0, null, bytes]), ['a\uFFFDb\uFFFD', 'plain', 0, null, bytes]);
});

test('failures are told by what to do about them', () => {
  const codes = (state: string): unknown => {
    const error = translate(stateError(state));
    return error instanceof MailError ? error.code : null;
  };
  assert.deepEqual(
    ['40001', '40P01', '53300', '55P03', '57014', '53100', 'XX001', '57P01', '08006', '28P01', '3D000'].map(
      codes,
    ),
    [
      ...Array.from({ length: 5 }, () => 'store.busy'),
      'store.full',
      'store.corrupt',
      ...Array.from({ length: 4 }, () => 'store.unavailable'),
    ],
  );
  // A broken key is the caller's.
  assert.equal(codes('23505'), null);
  assert.ok(isLost(stateError('57P01')) && isLost(new Error('Connection terminated unexpectedly')));
  assert.ok(isLost(stateError('0A000', 'cached plan must not change result type')));
  assert.ok(!isLost(stateError('0A000', 'FOR UPDATE is not allowed')));
  assert.ok(isPassing(stateError('40P01')) && !isLost(stateError('40P01')));
  assert.ok(!isPassing(stateError('28P01')) && !isPassing(stateError('55P03')));
});

test('a URL says where the server is; another machine has to prove its name unless told otherwise', () => {
  const far = readPostgresUrl('postgres://hong%40yan:s%3Acret@db.example.net:6432/mail');
  assert.deepEqual(
    { ...far, tls: far.tls && far.tls.rejectUnauthorized },
    { host: 'db.example.net', port: 6432, user: 'hong@yan', password: 's:cret', database: 'mail', tls: true },
  );
  assert.equal(readPostgresUrl('postgres://u@127.0.0.1/d').tls, false);
  assert.equal(readPostgresUrl('postgres://u@[::1]/d', 'p').password, 'p');
  const socket = readPostgresUrl('postgres:///d?host=/run/postgresql&user=u');
  assert.deepEqual([socket.host, socket.port, socket.tls], ['/run/postgresql', 5432, false]);
  const loose = readPostgresUrl('postgres://u@db.example.net/d?sslmode=require').tls;
  assert.equal(loose && loose.rejectUnauthorized, false);
});

test('a URL that is of no use is refused without showing its password', () => {
  for (const text of [
    '',
    'nonsense',
    'mysql://u:hidden@h/d',
    'postgres://u:hidden@h/',
    'postgres://:hidden@h/d',
    'postgres://u:hidden@h/d?sslmode=prefer',
    'postgres://u:hidden@h/d?options=-c',
    'postgres://u:hidden@h:99999/d',
  ]) {
    assert.throws(
      () => readPostgresUrl(text),
      error => error instanceof Error && !error.message.includes('hidden'),
      text,
    );
  }
});
