import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles, place } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import { createDirectory, type Directory } from '../../src/directory/directory.ts';
import { createDkimKeys, type DkimKeys, defaultDkimLimits } from '../../src/directory/dkim.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { masterKey } from '../../src/platform/secrets/master-key.ts';
import type { CompanyDatabase } from '../../src/store/sql/company-database.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly path: string;
  readonly clock: FakeClock;
  readonly database: CompanyDatabase;
  readonly directory: Directory;
  readonly dkim: DkimKeys;
  readonly scope: Scope;
}

const master = masterKey(Buffer.alloc(32, 7));

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-dkim-'));
  const path = join(folder, 'system.db');
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(path), clock);
    const dkim = createDkimKeys({ database, clock, log: silentLog, master });
    const directory = createDirectory({ database, clock, domainKeys: dkim });
    const tenant = await directory.createTenant('鸿雁');
    const scope = tenantScope(tenant.tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await run({ path, clock, database, directory, dkim, scope });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function selectors({ dkim, scope }: House): Promise<string[] | undefined> {
  return (await dkim.signing(scope.tenantId, 'hongyan.test'))?.map(key => key.selector);
}

test('RFC 6376, RFC 8463 §6: a new domain has a key of each algorithm, which sign at once', () =>
  withHouse(async house => {
    const { dkim, scope } = house;
    const keys = await dkim.list(scope, 'Hongyan.Test');
    assert.deepEqual(
      keys.map(({ algorithm, selector, state }) => [algorithm, selector, state]),
      [
        ['rsa-sha256', 'rsa-20260101', 'active'],
        ['ed25519-sha256', 'ed25519-20260101', 'active'],
      ],
    );
    const signing = await dkim.signing(scope.tenantId, 'hongyan.test');
    for (const [index, key] of keys.entries()) {
      const der = createPublicKey(signing?.[index]?.key ?? '').export({ format: 'der', type: 'spki' });
      assert.ok(der.toString('hex').endsWith(Buffer.from(key.publicKey, 'base64').toString('hex')));
    }
    const [rsa, ed25519] = signing ?? [];
    assert.equal(rsa?.key.asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(ed25519?.key.asymmetricKeyType, 'ed25519');
    const again = await dkim.signing(scope.tenantId, 'hongyan.test');
    assert.equal(again?.[0]?.key, rsa?.key, 'the key object is remembered');
  }));

test(
  'private keys are sealed: neither in the clear in the file nor open to another master key',
  { skip: onlyFiles },
  () =>
    withHouse(async ({ dkim, scope, database, clock, path }) => {
      const [, key] = (await dkim.signing(scope.tenantId, 'hongyan.test')) ?? [];
      const secret = key?.key.export({ format: 'der', type: 'pkcs8' }).subarray(-32) ?? Buffer.alloc(0);
      assert.equal(secret.length, 32);
      for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes(secret), false);
      const events: string[] = [];
      const log = { ...silentLog, error: (event: string) => void events.push(event) };
      const other = createDkimKeys({ database, clock, log, master: masterKey(Buffer.alloc(32, 8)) });
      assert.deepEqual(await other.signing(scope.tenantId, 'hongyan.test'), []);
      assert.deepEqual(events, ['dkim.key_unreadable', 'dkim.key_unreadable']);
    }),
);

test('keys of a domain are for its tenant alone', () =>
  withHouse(async ({ dkim, directory, scope }) => {
    const other = await directory.createTenant('other');
    assert.equal(await dkim.signing(other.tenantId, 'hongyan.test'), null);
    assert.equal(await dkim.signing(scope.tenantId, 'sub.hongyan.test'), null);
    assert.equal(await dkim.signing(scope.tenantId, 'outside.test'), null);
    assert.equal(await dkim.signing(scope.tenantId, 'not a domain'), null);
    const outsider = tenantScope(other.tenantId, 'test');
    const member = systemScope(scope.tenantId, 1, 'test');
    for (const [who, code] of [
      [outsider, 'domain.not_found'],
      [member, 'access.denied'],
    ] as const) {
      await assert.rejects(dkim.list(who, 'hongyan.test'), error => isMailError(error, code));
      await assert.rejects(dkim.rotate(who, 'hongyan.test'), error => isMailError(error, code));
    }
  }));

test('a domain older than its keys gets them when they are first asked for, once', () =>
  withHouse(async ({ dkim, database, clock, scope }) => {
    const plain = createDirectory({ database, clock });
    await plain.addDomain(scope, '例子.测试');
    const twin = createDkimKeys({ database, clock, log: silentLog, master });
    const found = await Promise.all(
      [dkim, twin, dkim, twin].map(keys => keys.signing(scope.tenantId, '例子.测试')),
    );
    assert.equal((await dkim.list(scope, 'xn--fsqu00a.xn--0zwm56d')).length, 2);
    for (const keys of found) assert.equal(keys?.length, 2);
  }));

test('rotation: new keys wait until their records are published, then the old ones retire, then go', () =>
  withHouse(async house => {
    const { dkim, scope, clock } = house;
    const { publishMs, keepMs } = defaultDkimLimits;
    const first = ['rsa-20260101', 'ed25519-20260101'];
    const second = ['rsa-20260101-2', 'ed25519-20260101-2'];
    const states = async (): Promise<string[]> =>
      (await dkim.list(scope, 'hongyan.test')).map(key => key.state);
    await dkim.rotate(scope, 'hongyan.test');
    assert.deepEqual(await states(), ['active', 'active', 'next', 'next']);
    assert.deepEqual(await selectors(house), first);
    await assert.rejects(dkim.rotate(scope, 'hongyan.test'), error => isMailError(error, 'conflict.state'));
    clock.advance(publishMs - 1);
    assert.deepEqual(await selectors(house), first);
    clock.advance(1);
    assert.deepEqual(await selectors(house), second);
    assert.deepEqual(await states(), ['retired', 'retired', 'active', 'active']);
    clock.advance(keepMs);
    assert.deepEqual(await states(), ['active', 'active']);
    const rotated = await dkim.rotate(scope, 'hongyan.test');
    assert.deepEqual(
      rotated.map(key => key.state),
      ['active', 'active', 'next', 'next'],
    );
  }));

test('rotation at once: after a key became known, and for keys that wait', () =>
  withHouse(async house => {
    const { dkim, scope, clock } = house;
    await dkim.rotate(scope, 'hongyan.test', { now: true });
    assert.deepEqual(await selectors(house), ['rsa-20260101-2', 'ed25519-20260101-2']);
    clock.advance(86_400_000);
    await dkim.rotate(scope, 'hongyan.test');
    const keys = await dkim.rotate(scope, 'hongyan.test', { now: true });
    assert.equal(keys.length, 6);
    assert.deepEqual(await selectors(house), ['rsa-20260102', 'ed25519-20260102']);
  }));

test('a removed domain leaves no keys, and one that is added again has others', () =>
  withHouse(async ({ dkim, directory, scope, clock }) => {
    const [before] = await dkim.list(scope, 'hongyan.test');
    await directory.removeDomain(scope, 'hongyan.test');
    clock.advance(1000);
    assert.equal(await dkim.signing(scope.tenantId, 'hongyan.test'), null);
    await directory.addDomain(scope, 'hongyan.test');
    const after = await dkim.list(scope, 'hongyan.test');
    assert.equal(after.length, 2);
    assert.notEqual(after[0]?.publicKey, before?.publicKey);
  }));
