import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { ownScope, type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import { maySendAs } from '../../src/access/sender-policy.ts';
import { selfHostedLimits } from '../../src/directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import type { Resolution } from '../../src/directory/types.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly path: string;
  readonly clock: FakeClock;
  readonly directory: Directory;
  readonly scope: Scope;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-system-'));
  const path = join(folder, 'system.db');
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(path), clock);
    const directory = createDirectory({ database, clock });
    const tenant = await directory.createTenant('鸿雁');
    const scope = tenantScope(tenant.tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await run({ path, clock, directory, scope });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function members(found: Resolution): readonly string[] {
  assert.equal(found.kind, 'group');
  return found.kind === 'group' ? found.members : [];
}

test('DIR-02: a member is reachable at once, in any spelling, with a detail after the plus', () =>
  withHouse(async ({ directory, scope }) => {
    assert.equal((await directory.resolve('alice@hongyan.test')).kind, 'unknown');
    const alice = await directory.createUser(scope, { address: 'Alice@hongyan.test' });
    const expected = {
      kind: 'account',
      tenantId: scope.tenantId,
      accountId: alice.accountId,
      address: 'Alice@hongyan.test',
      disabled: false,
    };
    assert.deepEqual(await directory.resolve('ALICE@Hongyan.Test.'), { ...expected, detail: null });
    assert.deepEqual(await directory.resolve('alice+List/2@hongyan.test'), {
      ...expected,
      detail: 'List/2',
    });
    assert.equal((await directory.resolve('alice@elsewhere.test')).kind, 'outside');
    assert.equal((await directory.resolve('alice@[192.0.2.1]')).kind, 'outside');
    await assert.rejects(directory.resolve('alice'), error => isMailError(error, 'address.invalid'));
  }));

test('one namespace: a member, an alias, a public mailbox and a group cannot have the same address', () =>
  withHouse(async ({ directory, scope }) => {
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    const taken = (work: Promise<unknown>): Promise<void> =>
      assert.rejects(work, error => isMailError(error, 'conflict.exists'));
    await taken(directory.createUser(scope, { address: 'ALICE@hongyan.test', kind: 'public' }));
    await taken(directory.createGroup(scope, { address: 'alice@hongyan.test' }));
    await taken(directory.addAlias(scope, alice.accountId, 'alice@hongyan.test'));
    await directory.addAlias(scope, alice.accountId, 'ali@hongyan.test');
    await taken(directory.createUser(scope, { address: 'ali@hongyan.test' }));
    await directory.removeAlias(scope, 'ali@hongyan.test');
    await directory.createGroup(scope, { address: 'ali@hongyan.test' });
    // What was refused left nothing behind.
    assert.equal((await directory.listUsers(scope)).length, 1);
    assert.equal((await directory.listGroups(scope)).length, 1);
  }));

test('one namespace under concurrency: of many makers in several processes one wins', () =>
  withHouse(async ({ path, clock, directory, scope }) => {
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    await using second = await openSystemDatabase(place(path), clock);
    const other = createDirectory({ database: second, clock });
    const address = 'sales@hongyan.test';
    const makers = [directory, other].flatMap(house => [
      house.createUser(scope, { address }),
      house.createGroup(scope, { address }),
      house.addAlias(scope, alice.accountId, address),
    ]);
    const results = await Promise.allSettled(makers);
    assert.equal(results.filter(result => result.status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.ok(isMailError(result.reason, 'conflict.exists'));
    }
  }));

test('another process sees a change within the staleness that was asked for', () =>
  withHouse(async ({ path, clock, directory, scope }) => {
    await using second = await openSystemDatabase(place(path), clock);
    const other = createDirectory({ database: second, clock, maxStalenessMs: 100 });
    assert.equal((await other.resolve('alice@hongyan.test')).kind, 'unknown');
    await directory.createUser(scope, { address: 'alice@hongyan.test' });
    clock.advance(100);
    assert.equal((await other.resolve('alice@hongyan.test')).kind, 'account');
  }));

test('RFC 2142: postmaster@ and abuse@ of every domain reach the administrator', () =>
  withHouse(async ({ directory, scope }) => {
    await directory.addDomain(scope, '鸿雁.测试');
    await directory.createUser(scope, { address: 'alice@hongyan.test' });
    assert.equal((await directory.resolve('postmaster@hongyan.test')).kind, 'unknown');
    const admin = await directory.createUser(scope, {
      address: 'admin@hongyan.test',
      role: 'administrator',
    });
    for (const address of [
      'postmaster@hongyan.test',
      'Abuse@鸿雁.测试',
      'Postmaster', // RFC 5321 §4.1.1.3
    ]) {
      const found = await directory.resolve(address);
      assert.equal(found.kind === 'account' && found.accountId, admin.accountId, address);
    }
    const own = await directory.createUser(scope, { address: 'abuse@hongyan.test', kind: 'public' });
    const found = await directory.resolve('abuse@hongyan.test');
    assert.equal(found.kind === 'account' && found.accountId, own.accountId);
  }));

test('GRP-01, GRP-05: a group leads to each member once, through nested groups and loops', () =>
  withHouse(async ({ directory, scope }) => {
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    await directory.createUser(scope, { address: 'bob@hongyan.test' });
    await directory.addAlias(scope, alice.accountId, 'ali@hongyan.test');
    await directory.createGroup(scope, {
      address: 'all@hongyan.test',
      members: ['dev@hongyan.test', 'Partner@Elsewhere.test', 'alice@hongyan.test', 'partner@elsewhere.test'],
    });
    await directory.createGroup(scope, {
      address: 'dev@hongyan.test',
      members: ['bob@hongyan.test', 'all@hongyan.test', 'dev@hongyan.test', 'ali@hongyan.test'],
    });
    assert.deepEqual(
      [...members(await directory.resolve('all@hongyan.test'))].sort(),
      ['Partner@elsewhere.test', 'alice@hongyan.test', 'bob@hongyan.test'].sort(),
    );
    assert.equal(await directory.addGroupMembers(scope, 'dev@hongyan.test', ['x@y.test', 'x@y.test']), 1);
    assert.equal(await directory.removeGroupMembers(scope, 'all@hongyan.test', ['dev@hongyan.test']), 1);
    assert.deepEqual(members(await directory.resolve('all@hongyan.test')).length, 2);
    await directory.removeGroup(scope, 'all@hongyan.test');
    assert.equal((await directory.resolve('all@hongyan.test')).kind, 'unknown');
  }));

test('GRP-05: groups that all contain each other open once each, not once for every way', () =>
  withHouse(async ({ directory, scope }) => {
    const groups = Array.from({ length: 14 }, (_, i) => `g${i}@hongyan.test`);
    for (const [i, address] of groups.entries()) {
      await directory.createGroup(scope, { address, members: [...groups, `m${i}@elsewhere.test`] });
    }
    assert.equal(members(await directory.resolve('g0@hongyan.test')).length, 14);
  }));

test('a group of 5,000 opens, one over the limit is refused by name', () =>
  withHouse(async ({ directory, scope }) => {
    const many = Array.from({ length: 5_000 }, (_, i) => `m${i}@elsewhere.test`);
    await directory.createGroup(scope, { address: 'all@hongyan.test', members: many });
    assert.equal(members(await directory.resolve('all@hongyan.test')).length, 5_000);
    const over = Array.from({ length: selfHostedLimits.membersPerGroup }, (_, i) => `n${i}@elsewhere.test`);
    await assert.rejects(directory.addGroupMembers(scope, 'all@hongyan.test', over), error =>
      isMailError(error, 'limit.exceeded'),
    );
    assert.equal(members(await directory.resolve('all@hongyan.test')).length, 5_000);
  }));

test('ALS-01: aliases are limited by the plan', () =>
  withHouse(async ({ path, clock, scope }) => {
    await using database = await openSystemDatabase(place(path), clock);
    const context = createDirectoryContext({ database, clock });
    const directory = createDirectory(context);
    await orderPlan(context, scope, { plan: 'basic' });
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    for (let i = 0; i < 5; i += 1) {
      await directory.addAlias(scope, alice.accountId, `a${i}@hongyan.test`);
    }
    await assert.rejects(directory.addAlias(scope, alice.accountId, 'a5@hongyan.test'), error =>
      isMailError(error, 'limit.exceeded'),
    );
    assert.equal((await directory.listAliases(scope)).length, 5);
  }));

test('ALS-02: a member may send as the primary address and aliases, with detail, and as nobody else', () =>
  withHouse(async ({ directory, scope }) => {
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    await directory.createUser(scope, { address: 'bob@hongyan.test' });
    await directory.addAlias(scope, alice.accountId, 'ali@hongyan.test');
    const principal = {
      kind: 'account',
      tenantId: scope.tenantId,
      accountId: alice.accountId,
      login: 'alice@hongyan.test',
    } as const;
    const may = (address: string): Promise<boolean> => maySendAs(directory, principal, address);
    assert.deepEqual(
      await Promise.all(
        [
          'Alice@hongyan.test',
          'ali@hongyan.test',
          'ali+x@hongyan.test',
          'bob@hongyan.test',
          'alice@elsewhere.test',
          'nobody@hongyan.test',
          'postmaster',
          '',
        ].map(may),
      ),
      [true, true, true, false, false, false, false, false],
    );
  }));

test('MBX-06: a disabled account is told apart; the last administrator cannot be lost', () =>
  withHouse(async ({ directory, scope }) => {
    const admin = await directory.createUser(scope, {
      address: 'admin@hongyan.test',
      role: 'administrator',
    });
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    assert.equal((await directory.updateUser(scope, alice.accountId, { disabled: true })).disabled, true);
    const found = await directory.resolve('alice@hongyan.test');
    assert.equal(found.kind === 'account' && found.disabled, true);
    for (const work of [
      () => directory.removeUser(scope, admin.accountId),
      () => directory.updateUser(scope, admin.accountId, { disabled: true }),
      () => directory.updateUser(scope, admin.accountId, { role: 'member' }),
    ]) {
      await assert.rejects(work(), error => isMailError(error, 'conflict.state'));
    }
    await directory.updateUser(scope, alice.accountId, { disabled: false, role: 'administrator' });
    // TEN-34: the owner hands over first.
    await assert.rejects(directory.removeUser(scope, admin.accountId), error =>
      isMailError(error, 'conflict.state'),
    );
    await directory.removeUser(scope, alice.accountId);
    assert.equal((await directory.resolve('alice@hongyan.test')).kind, 'unknown');
    // RCY-01: what was deleted keeps its addresses while it can come back. Numbers are not given out again.
    await assert.rejects(directory.createUser(scope, { address: 'alice@hongyan.test' }), error =>
      isMailError(error, 'conflict.exists'),
    );
    const next = await directory.createUser(scope, { address: 'admin2@hongyan.test' });
    assert.ok(next.accountId > alice.accountId);
  }));

test('a domain goes only when it is empty; names are one namespace of all tenants', () =>
  withHouse(async ({ directory, scope }) => {
    const other = tenantScope((await directory.createTenant('Other')).tenantId, 'test');
    await assert.rejects(directory.addDomain(other, 'HONGYAN.test'), error =>
      isMailError(error, 'conflict.exists'),
    );
    await assert.rejects(directory.addDomain(scope, 'no_domain'), error =>
      isMailError(error, 'input.invalid'),
    );
    await directory.addDomain(scope, '鸿雁.测试');
    await directory.createUser(scope, { address: 'a@鸿雁.测试' });
    await assert.rejects(directory.removeDomain(scope, '鸿雁.测试'), error =>
      isMailError(error, 'conflict.state'),
    );
    await assert.rejects(directory.removeDomain(scope, 'hongyan.test'), error =>
      isMailError(error, 'conflict.state'),
    );
    await directory.setPrimaryDomain(scope, '鸿雁.测试');
    await directory.removeDomain(scope, 'hongyan.test');
    assert.equal(await directory.isLocalDomain('hongyan.test'), false);
    assert.deepEqual(
      (await directory.listDomains(scope)).map(domain => [domain.name, domain.unicodeName, domain.primary]),
      [['xn--9n5an1m.xn--0zwm56d', '鸿雁.测试', true]],
    );
  }));

test('isolation: no scope but one of the whole tenant changes its directory, and it reaches no other tenant', () =>
  withHouse(async ({ directory, scope }) => {
    const alice = await directory.createUser(scope, { address: 'alice@hongyan.test' });
    const member = {
      kind: 'account',
      tenantId: scope.tenantId,
      accountId: alice.accountId,
      login: 'alice@hongyan.test',
    } as const;
    for (const narrow of [ownScope(member), systemScope(scope.tenantId, alice.accountId, 'delivery')]) {
      for (const work of [
        () => directory.addDomain(narrow, 'b.test'),
        () => directory.createUser(narrow, { address: 'b@hongyan.test' }),
        () => directory.updateUser(narrow, alice.accountId, { role: 'administrator' }),
        () => directory.removeUser(narrow, alice.accountId),
        () => directory.addAlias(narrow, alice.accountId, 'b@hongyan.test'),
        () => directory.createGroup(narrow, { address: 'b@hongyan.test' }),
      ]) {
        await assert.rejects(work(), error => isMailError(error, 'access.denied'));
      }
    }
    const other = tenantScope((await directory.createTenant('Other')).tenantId, 'test');
    await assert.rejects(directory.createUser(other, { address: 'b@hongyan.test' }), error =>
      isMailError(error, 'domain.not_found'),
    );
    await assert.rejects(directory.getUser(other, alice.accountId), error =>
      isMailError(error, 'account.not_found'),
    );
    await assert.rejects(directory.updateUser(other, alice.accountId, { disabled: true }), error =>
      isMailError(error, 'account.not_found'),
    );
    assert.deepEqual(await directory.listUsers(other), []);
  }));
