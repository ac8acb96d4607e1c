import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWebHouse } from '@hongyan/testkit/web-house.ts';
import { AttemptLimiter, defaultAttemptLimits } from '../../src/access/attempt-limiter.ts';
import { bearerVerifier } from '../../src/access/bearer.ts';
import { noRevocations } from '../../src/access/revocations.ts';
import { ownScope } from '../../src/access/scope.ts';
import { endSession, startSession } from '../../src/access/sessions.ts';
import type { SignIn } from '../../src/access/sign-in-log.ts';
import { isMailError } from '../../src/platform/errors.ts';

const attempt = { service: 'imap', address: '192.0.2.7', encrypted: true } as const;

test('a member’s token opens mail clients until it is ended; a browser’s session and others’ addresses do not (RFC 7628)', async () => {
  await using house = await openWebHouse();
  const { sessions } = house.context;
  const signIns: SignIn[] = [];
  const verify = bearerVerifier({
    sessions,
    directory: house.directory,
    limiter: new AttemptLimiter(house.clock, defaultAttemptLimits),
    revocations: noRevocations,
    signIns: { record: entry => signIns.push(entry) },
  });
  const start = (kind: 'token' | 'browser') =>
    startSession(sessions, house.alice, {
      kind,
      keep: false,
      label: 'phone',
      address: '127.0.0.1',
      provenAt: house.clock.now(),
    });
  const { token, session } = await start('token');
  const { accountId, login } = house.alice;
  assert.equal((await verify(token, null, attempt)).accountId, accountId);
  assert.equal((await verify(token, login, attempt)).login, login);
  const failed = (error: unknown): boolean => isMailError(error, 'auth.failed');
  await assert.rejects(verify(token, house.bob.login, attempt), failed);
  await assert.rejects(verify((await start('browser')).token, null, attempt), failed);
  await assert.rejects(verify('nonsense', null, attempt), failed);
  await assert.rejects(verify(token, null, { ...attempt, encrypted: false }), error =>
    isMailError(error, 'auth.encryption_required'),
  );
  await endSession(sessions, ownScope(house.alice), session.id);
  await assert.rejects(verify(token, login, attempt), failed);
  assert.deepEqual(
    signIns.map(entry => [entry.mechanism, entry.outcome]),
    [
      ['bearer', 'success'],
      ['bearer', 'success'],
      ['bearer', 'failed'],
      ['bearer', 'failed'],
      ['bearer', 'failed'],
      ['bearer', 'failed'],
    ],
  );
});
