import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWebHouse } from '@hongyan/testkit/web-house.ts';
import { grantAccess, userRights } from '../../src/access/grants.ts';
import { ownScope, tenantScope } from '../../src/access/scope.ts';
import { directoryNeighbours } from '../../src/mailbox/sharing/directory-neighbours.ts';

test('neighbours are public mailboxes that were granted and colleagues who share, of one’s own company only (PUB-02, RFC 4314)', async () => {
  await using house = await openWebHouse();
  const { directory, database, alice, bob } = house;
  const neighbours = directoryNeighbours({ database, directory });
  const { tenantId } = alice;
  const own = ownScope(alice);
  assert.deepEqual(await neighbours.reachable(own), []);
  const domain = alice.login.slice(alice.login.indexOf('@') + 1);
  const scope = tenantScope(tenantId, 'test');
  const sales = await directory.createUser(scope, {
    address: `sales@${domain}`,
    displayName: 'Sales',
    kind: 'public',
  });
  await grantAccess(house.directoryContext, scope, sales.accountId, alice.accountId, userRights);
  await neighbours.note(tenantId, bob.accountId, 0, true);
  const names = async (): Promise<unknown> =>
    (await neighbours.reachable(own)).map(({ kind, address, displayName, scope: reach }) => [
      kind,
      address,
      displayName,
      reach.accountId,
      reach.folders ?? 'all',
      reach.rights.read,
    ]);
  const bobName = (await directory.getUser(scope, bob.accountId)).displayName;
  assert.deepEqual(await names(), [
    ['public', `sales@${domain}`, 'Sales', sales.accountId, 'all', true],
    ['person', bob.login, bobName, bob.accountId, 'shared', false],
  ]);
  const eve = ownScope({ kind: 'account', tenantId: tenantId + 1, accountId: 999, login: 'eve@x.test' });
  assert.deepEqual(await neighbours.reachable(eve), []);
  assert.equal(await neighbours.find(tenantId, bob.login), bob.accountId);
  assert.equal(await neighbours.find(tenantId + 1, bob.login), null);
  assert.equal(await neighbours.find(tenantId, sales.address), null);
  assert.equal(await neighbours.find(tenantId, 'not an address'), null);
  assert.deepEqual(
    [...(await neighbours.addresses(tenantId, [bob.accountId, 4711]))],
    [[bob.accountId, bob.login]],
  );
  await neighbours.note(tenantId, bob.accountId, 0, false);
  assert.deepEqual(await names(), [['public', `sales@${domain}`, 'Sales', sales.accountId, 'all', true]]);
});
