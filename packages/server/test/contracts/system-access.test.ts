import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { AttemptLimiter } from '../../src/access/attempt-limiter.ts';
import { createAuthenticator } from '../../src/access/authenticator.ts';
import {
  type ClientPasswordContext,
  createClientPassword,
  defaultClientPasswordLimits,
} from '../../src/access/clients/client-passwords.ts';
import { UsedClientPasswords } from '../../src/access/clients/used.ts';
import { PasswordHasher } from '../../src/access/passwords/password-hasher.ts';
import { decodeScramKeys, makeScramKeys } from '../../src/access/passwords/scram-keys.ts';
import { VerificationCache } from '../../src/access/passwords/verification-cache.ts';
import {
  defaultPasswordPolicy,
  type PasswordContext,
  passwordCredentials,
  setPassword,
} from '../../src/access/passwords.ts';
import { noRevocations } from '../../src/access/revocations.ts';
import { ownScope, type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import type { SignIn } from '../../src/access/sign-in-log.ts';
import type { Authenticator, SignInAttempt } from '../../src/access/types.ts';
import { createDirectory, type Directory } from '../../src/directory/directory.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

const attempt = { service: 'imap', address: '192.0.2.1', encrypted: true } as const;
const secret = 'wild goose 飞鸿';

/** Counts what is really hashed. */
class CountingHasher extends PasswordHasher {
  verifications = 0;
  constructor() {
    super({ memory: 64, passes: 1 });
  }
  override async verify(stored: string | null, password: string, admit?: () => void): Promise<boolean> {
    this.verifications += 1;
    return super.verify(stored, password, admit);
  }
}

interface House {
  readonly path: string;
  readonly clock: FakeClock;
  readonly directory: Directory;
  readonly scope: Scope;
  readonly hasher: CountingHasher;
  readonly passwords: PasswordContext;
  readonly clientPasswords: ClientPasswordContext;
  readonly authenticator: Authenticator;
  readonly signIns: SignIn[];
  readonly alice: number;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-access-'));
  const path = join(folder, 'system.db');
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(path), clock);
    const directory = createDirectory({ database, clock });
    const scope = tenantScope((await directory.createTenant('t')).tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    const hasher = new CountingHasher();
    const passwords = { database, clock, hasher, policy: defaultPasswordPolicy };
    const credentials = await passwordCredentials(passwords, secret);
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test', credentials });
    const signIns: SignIn[] = [];
    const authenticator = createAuthenticator({
      database,
      directory,
      clock,
      hasher,
      limiter: new AttemptLimiter(clock),
      verified: new VerificationCache(clock),
      signIns: { record: entry => signIns.push(entry) },
      secretKey: Buffer.alloc(32, 1),
      revocations: noRevocations,
      used: new UsedClientPasswords(database, clock, silentLog),
    });
    await run({
      path,
      clock,
      directory,
      scope,
      hasher,
      passwords,
      clientPasswords: {
        database,
        clock,
        secretKey: Buffer.alloc(32, 1),
        revocations: noRevocations,
        clientPasswords: defaultClientPasswordLimits,
      },
      authenticator,
      signIns,
      alice: alice.accountId,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failsWith(work: Promise<unknown>, code: Parameters<typeof isMailError>[1]): Promise<void> {
  return assert.rejects(work, error => isMailError(error, code));
}

test('the right password signs in by address or alias and is recorded without the password', () =>
  withHouse(async ({ authenticator, directory, scope, alice, signIns }) => {
    await directory.addAlias(scope, alice, 'ali@hongyan.test');
    for (const login of ['ALICE@hongyan.test', 'ali@hongyan.test']) {
      assert.deepEqual(await authenticator.password(login, secret, attempt), {
        kind: 'account',
        tenantId: scope.tenantId,
        accountId: alice,
        login: 'alice@hongyan.test',
        credential: { kind: 'password', id: 1 },
      });
    }
    await failsWith(authenticator.password('alice+x@hongyan.test', secret, attempt), 'auth.failed');
    assert.deepEqual(
      signIns.map(entry => [entry.login, entry.outcome, entry.accountId]),
      [
        ['ALICE@hongyan.test', 'success', alice],
        ['ali@hongyan.test', 'success', alice],
        ['alice+x@hongyan.test', 'failed', null],
      ],
    );
    assert.equal(JSON.stringify(signIns).includes(secret), false);
  }));

test('RFC 4013: the password may be typed in another Unicode form', () =>
  withHouse(async ({ authenticator }) => {
    await authenticator.password('alice@hongyan.test', secret.replace(' ', '\u00A0'), attempt);
  }));

test('unknown logins, logins without a password and wrong passwords fail alike and cost one hash each', () =>
  withHouse(async ({ authenticator, directory, scope, hasher }) => {
    await directory.createUser(scope, { address: 'nopass@hongyan.test' });
    const logins = [
      'nobody@hongyan.test',
      'a@elsewhere.test',
      'nopass@hongyan.test',
      'alice@hongyan.test',
      'no address',
    ];
    for (const login of logins) {
      await failsWith(authenticator.password(login, 'wrong one', attempt), 'auth.failed');
    }
    assert.equal(hasher.verifications, logins.length);
  }));

test('performance: one hash serves many connections, also those that come together, until the time is over', () =>
  withHouse(async ({ authenticator, hasher, clock }) => {
    const signIn = (): Promise<unknown> => authenticator.password('alice@hongyan.test', secret, attempt);
    await Promise.all([signIn(), signIn(), signIn(), signIn()]);
    await signIn();
    assert.equal(hasher.verifications, 1);
    clock.advance(300_000);
    await signIn();
    assert.equal(hasher.verifications, 2);
  }));

test('SEC-08: a changed password ends the old one at once, in another process, too', () =>
  withHouse(async ({ authenticator, passwords, scope, alice, path, clock }) => {
    await authenticator.password('alice@hongyan.test', secret, attempt);
    await using database = await openSystemDatabase(place(path), clock);
    await setPassword({ ...passwords, database }, scope, alice, 'another goose');
    await failsWith(authenticator.password('alice@hongyan.test', secret, attempt), 'auth.failed');
    await authenticator.password('alice@hongyan.test', 'another goose', attempt);
  }));

test('guessing is slowed with a growing delay and the delay runs out', () =>
  withHouse(async ({ authenticator, clock, hasher, signIns }) => {
    const guess = (): Promise<unknown> => authenticator.password('alice@hongyan.test', 'wrong one', attempt);
    for (let i = 0; i < 6; i += 1) await failsWith(guess(), 'auth.failed');
    const hashed = hasher.verifications;
    await failsWith(guess(), 'auth.too_many_attempts');
    // Not even the right password is looked at while the delay runs.
    await failsWith(authenticator.password('alice@hongyan.test', secret, attempt), 'auth.too_many_attempts');
    assert.equal(hasher.verifications, hashed);
    assert.equal(signIns.at(-1)?.outcome, 'limited');
    clock.advance(1_000);
    await authenticator.password('alice@hongyan.test', secret, attempt);
  }));

test('guesses sent all at once get no more tries than guesses sent one by one', () =>
  withHouse(async ({ authenticator }) => {
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        authenticator.password('alice@hongyan.test', `wrong number ${i}`, attempt),
      ),
    );
    const tried = results.filter(
      result => result.status === 'rejected' && isMailError(result.reason, 'auth.failed'),
    );
    assert.ok(tried.length <= 8, String(tried.length));
  }));

test('RFC 8314 §3: no password over an open line', () =>
  withHouse(async ({ authenticator }) => {
    const open = { ...attempt, encrypted: false };
    await failsWith(authenticator.password('alice@hongyan.test', secret, open), 'auth.encryption_required');
    await failsWith(authenticator.scram('alice@hongyan.test', open), 'auth.encryption_required');
  }));

test('a disabled account is told so only with the right password', () =>
  withHouse(async ({ authenticator, directory, scope, alice }) => {
    await directory.updateUser(scope, alice, { disabled: true });
    await failsWith(authenticator.password('alice@hongyan.test', 'wrong one', attempt), 'auth.failed');
    await failsWith(authenticator.password('alice@hongyan.test', secret, attempt), 'account.disabled');
  }));

test('RFC 5802 §9: SCRAM keys are those of the password; unknown logins get stable ones that look alike', () =>
  withHouse(async ({ authenticator, alice }) => {
    const known = await authenticator.scram('alice@hongyan.test', attempt);
    const made = await makeScramKeys(secret, known.salt, known.iterations);
    assert.equal(known.accountId, alice);
    assert.deepEqual(Buffer.from(known.storedKey), Buffer.from(made.storedKey));
    const one = await authenticator.scram('nobody@hongyan.test', attempt);
    const two = await authenticator.scram('Nobody@hongyan.test', attempt);
    assert.deepEqual(one, two);
    assert.equal(one.salt.length, known.salt.length);
    assert.equal(one.iterations, known.iterations);
    assert.notDeepEqual(one.salt, (await authenticator.scram('nobody2@hongyan.test', attempt)).salt);
    assert.equal((await authenticator.scramFinished('alice@hongyan.test', true, attempt)).accountId, alice);
    await failsWith(authenticator.scramFinished('alice@hongyan.test', false, attempt), 'auth.failed');
    // A caller that believes a forged proof of an unknown login gets nobody.
    await failsWith(authenticator.scramFinished('nobody@hongyan.test', true, attempt), 'auth.failed');
  }));

test('password policy: short, common, forbidden and endless ones are refused with the reason', () =>
  withHouse(async ({ passwords, scope, alice }) => {
    for (const [bad, reason] of [
      ['short', 'too short'],
      ['12345678', 'too common'],
      ['aaaaaaaaaaaa', 'too common'],
      ['with\u0007bell', 'characters'],
      ['x'.repeat(2_000), 'too long'],
    ] as const) {
      await assert.rejects(
        setPassword(passwords, scope, alice, bad),
        error => isMailError(error, 'input.invalid') && error.fields['reason'] === reason,
      );
    }
    await failsWith(
      passwordCredentials(passwords, 'Alice@hongyan.test', ['alice@hongyan.test']),
      'input.invalid',
    );
  }));

test('a password is set by its owner or by the tenant, by nobody else', () =>
  withHouse(async ({ passwords, scope, alice, directory }) => {
    const bob = await directory.createUser(scope, { address: 'bob@hongyan.test' });
    const own = ownScope({
      kind: 'account',
      tenantId: scope.tenantId,
      accountId: bob.accountId,
      login: 'bob',
    });
    await failsWith(setPassword(passwords, own, alice, 'brand new one'), 'access.denied');
    await setPassword(passwords, own, bob.accountId, 'brand new one');
    const other = tenantScope((await directory.createTenant('Other')).tenantId, 'test');
    await failsWith(setPassword(passwords, other, alice, 'brand new one'), 'account.not_found');
  }));

test('stored secrets hold neither the password nor anything to sign in with', () =>
  withHouse(async ({ passwords }) => {
    const [hash, keys] = await passwordCredentials(passwords, 'plain to see');
    assert.match(hash?.secret ?? '', /^\$argon2id\$/);
    assert.ok(decodeScramKeys(keys?.secret ?? ''));
    assert.equal(`${hash?.secret}${keys?.secret}`.includes('plain'), false);
  }));

test('the time tells nothing: whatever is wrong costs one argon2id, and SCRAM tries as many keys for anybody', () =>
  withHouse(async ({ authenticator, directory, scope, hasher, alice, clientPasswords, clock }) => {
    const { accountId } = await directory.createUser(scope, { address: 'desk@hongyan.test', kind: 'public' });
    const own = systemScope(scope.tenantId, alice, 'test');
    const made = await createClientPassword(clientPasswords, own, 'phone');
    await createClientPassword(clientPasswords, systemScope(scope.tenantId, accountId, 'test'), 'desk');
    const cost = async (login: string, password: string): Promise<number> => {
      const before = hasher.verifications;
      await authenticator.password(login, password, attempt).catch(() => undefined);
      clock.advance(3_600_001);
      return hasher.verifications - before;
    };
    const shaped = 'abcdefghjkmnpqrs';
    for (const login of [
      'alice@hongyan.test',
      'desk@hongyan.test',
      'nobody@hongyan.test',
      'x@y.test',
      'no address',
    ]) {
      for (const password of ['wrong', shaped, 'x'.repeat(5_000), '\u0000']) {
        assert.equal(await cost(login, password), 1, `${login} ${password.slice(0, 20)}`);
      }
    }
    assert.equal(
      await cost('alice@hongyan.test', made.secret),
      0,
      'a client password is quick when it is right',
    );
    assert.equal(
      await cost('desk@hongyan.test', made.secret),
      1,
      "another account's is wrong like any other",
    );
    const keys = async (login: string): Promise<number | undefined> =>
      (await authenticator.scram(login, attempt)).alternatives?.length;
    assert.equal(await keys('alice@hongyan.test'), await keys('nobody@hongyan.test'));
    assert.equal(await keys('desk@hongyan.test'), await keys('nobody@hongyan.test'));
  }));

test('guessing from many addresses is slowed for strangers; where the owner signs in from it goes on', () =>
  withHouse(async ({ authenticator, clock, passwords }) => {
    const from = (n: number): SignInAttempt => ({ ...attempt, address: `198.51.${n >> 8}.${n & 255}` });
    const guess = (n: number): Promise<unknown> =>
      authenticator.password('alice@hongyan.test', 'wrong', from(n));
    await authenticator.password('alice@hongyan.test', secret, attempt);
    for (let n = 0; n < 51; n += 1) await failsWith(guess(n), 'auth.failed');
    await failsWith(guess(1_000), 'auth.too_many_attempts');
    await authenticator.password('alice@hongyan.test', secret, attempt);
    // Each guess makes the next wait longer, but never longer than a minute: nobody is locked out for good.
    for (let n = 0; n < 20; n += 1) {
      clock.advance(60_000);
      await failsWith(guess(2_000 + n), 'auth.failed');
      await failsWith(guess(3_000 + n), 'auth.too_many_attempts');
    }
    clock.advance(60_000);
    await authenticator.password('alice@hongyan.test', secret, from(9_999));
    assert.ok(passwords);
  }));
