import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailError, MailError } from '../../platform/errors.ts';
import { PasswordHasher } from './password-hasher.ts';

const cheap = { memory: 64, passes: 1 };

test('a password verifies against its own hash only; the hash is salted', async () => {
  const hasher = new PasswordHasher(cheap);
  const [one, two] = await Promise.all([hasher.hash('鸿雁 correct'), hasher.hash('鸿雁 correct')]);
  assert.notEqual(one, two);
  assert.equal(await hasher.verify(one, '鸿雁 correct'), true);
  assert.equal(await hasher.verify(one, '鸿雁 Correct'), false);
  assert.equal(await hasher.verify(null, '鸿雁 correct'), false);
  assert.equal(await hasher.verify('$2b$10$broken', '鸿雁 correct'), false);
});

test('only so many hashes run at a time, only so many wait', async () => {
  const hasher = new PasswordHasher({ ...cheap, concurrency: 1, maxWaiting: 2 });
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => hasher.hash('x')));
  assert.deepEqual(
    results.map(result => result.status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  assert.ok(isMailError(results[3]?.status === 'rejected' && results[3].reason, 'auth.temporary'));
  await hasher.hash('free again');
});

test('who is not admitted when the turn comes costs no hash and gives the place back', async () => {
  const hasher = new PasswordHasher({ ...cheap, concurrency: 1 });
  const refuse = (): never => {
    throw new MailError('auth.too_many_attempts');
  };
  await assert.rejects(hasher.verify(null, 'x', refuse), error =>
    isMailError(error, 'auth.too_many_attempts'),
  );
  await hasher.hash('x');
});

test('hashing leaves the event loop to others (argon2id runs off it)', async () => {
  const hasher = new PasswordHasher(cheap);
  let turns = 0;
  let hashing = true;
  const others = (): void => {
    turns += 1;
    if (hashing) setImmediate(others);
  };
  const hashed = hasher.hash('x');
  // In the same turn nothing is hashed yet: other work gets its turns before the result is there.
  setImmediate(others);
  assert.match(await hashed, /^\$argon2id\$/);
  hashing = false;
  assert.ok(turns > 0, 'the loop stood still');
});
