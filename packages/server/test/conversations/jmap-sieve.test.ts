import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import { activateScript, putScript } from '../../src/sieve/scripts.ts';

type Objects = Record<string, unknown>[];

test('RFC 9661: scripts are made, renamed, replaced, activated and removed; the same that ManageSieve shows', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: x\r\n\r\nx\r\n');
  const client = await house.client(house.web.alice);
  const capability = client.session.capabilities['urn:ietf:params:jmap:sieve'];
  assert.deepEqual(capability, { implementation: 'Hongyan' });
  const keep = await client.upload('keep;\r\n');
  const stop = await client.upload('stop;\r\n');
  const made = await client.call('SieveScript/set', {
    create: {
      a: { name: 'first', blobId: keep },
      b: { blobId: stop },
      twin: { name: 'first', blobId: stop },
    },
    onSuccessActivateScript: '#a',
  });
  // One of them failed: nothing is activated.
  const created = objectsIn(made['created']);
  const [a, b] = [String(created['a']?.['id']), String(created['b']?.['id'])];
  assert.deepEqual([created['a']?.['isActive'], created['b']?.['name']], [false, 'script-2']);
  const twin = objectsIn(made['notCreated'])['twin'];
  assert.deepEqual([twin?.['type'], twin?.['existingId']], ['alreadyExists', a]);
  const on = await client.call('SieveScript/set', {
    onSuccessActivateScript: a,
    ifInState: made['newState'],
  });
  assert.deepEqual(objectsIn(on['updated']), { [a]: { isActive: true } });
  const renamed = await client.call('SieveScript/set', {
    update: { [a]: { name: 'renamed', blobId: stop } },
  });
  assert.ok(objectsIn(renamed['updated'])[a]);
  const { list, state } = await client.call('SieveScript/get', { ids: null });
  const objects = list as Objects;
  assert.deepEqual(
    objects.map(({ id, name, isActive }) => [id, name, isActive]),
    [
      [a, 'renamed', true],
      [b, 'script-2', false],
    ],
  );
  assert.equal(await (await client.download(String(objects[0]?.['blobId']))).text(), 'stop;\r\n');
  const active = await client.call('SieveScript/set', { destroy: [a] });
  assert.equal(objectsIn(active['notDestroyed'])[a]?.['type'], 'sieveIsActive');
  const found = await client.call('SieveScript/query', { filter: { isActive: true } });
  assert.deepEqual(found['ids'], [a]);
  const sorted = await client.call('SieveScript/query', { sort: [{ property: 'name', isAscending: false }] });
  assert.deepEqual(sorted['ids'], [b, a]);
  assert.equal(await client.errorOf('SieveScript/query', { filter: { size: 1 } }), 'unsupportedFilter');
  // Somebody at ManageSieve.
  const scope = ownScope(house.web.alice);
  await putScript(house.jmap.scripts, scope, 'outside', Buffer.from('discard;\r\n'));
  await activateScript(house.jmap.scripts, scope, 'outside');
  assert.equal(await client.errorOf('SieveScript/set', { ifInState: state, destroy: [a] }), 'stateMismatch');
  const off = await client.call('SieveScript/set', { destroy: [a, b], onSuccessDeactivateScript: true });
  assert.deepEqual(off['destroyed'], [a, b]);
  assert.deepEqual(Object.values(objectsIn(off['updated'])), [{ isActive: false }]);
  // Numbers of scripts that are gone are not given out again.
  const again = await client.call('SieveScript/set', { create: { c: { name: 'first', blobId: keep } } });
  assert.ok(![a, b].includes(String(objectsIn(again['created'])['c']?.['id'])));
  assert.deepEqual(house.complaints, []);
});

test('RFC 9661 §2.5: what is wrong with a script is told with its place; other blobs and accounts are not touched', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: x\r\n\r\nx\r\n');
  await house.receive('bob@hongyan.test', 'Subject: x\r\n\r\nx\r\n');
  const client = await house.client(house.web.alice);
  const bad = await client.upload('keep;\r\nbogus;\r\n');
  const wrong = (await client.call('SieveScript/validate', { blobId: bad }))['error'] as Record<
    string,
    unknown
  >;
  assert.equal(wrong['type'], 'invalidSieve');
  assert.match(String(wrong['description']), /2/);
  const fine = await client.upload('keep;');
  assert.equal((await client.call('SieveScript/validate', { blobId: fine }))['error'], null);
  const gone = (await client.call('SieveScript/validate', { blobId: 'Bnone' }))['error'];
  assert.equal((gone as Record<string, unknown>)['type'], 'blobNotFound');
  const refused = await client.call('SieveScript/set', {
    create: {
      a: { name: 'x', blobId: bad },
      b: { name: 'a\u0000b', blobId: fine },
      c: { blobId: 5 },
      d: { name: 'x', blobId: fine, isActive: true },
    },
  });
  assert.deepEqual(
    Object.values(objectsIn(refused['notCreated'])).map(error => error['type']),
    ['invalidSieve', 'invalidProperties', 'invalidProperties', 'invalidProperties'],
  );
  const made = await client.call('SieveScript/set', { create: { a: { name: 'mine', blobId: fine } } });
  const mine = objectsIn(made['created'])['a'];
  const other = await house.client(house.web.bob);
  assert.equal((await other.download(String(mine?.['blobId']))).status, 404);
  const foreign = await other.call('SieveScript/get', { ids: [mine?.['id']] });
  assert.deepEqual(foreign['notFound'], [mine?.['id']]);
  assert.equal(await other.errorOf('SieveScript/get', { accountId: client.accountId }), 'accountNotFound');
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`n${n}`, { name: `n${n}`, blobId: fine }]),
  );
  const full = objectsIn((await client.call('SieveScript/set', { create: many }))['notCreated']);
  assert.deepEqual([...new Set(Object.values(full).map(error => error['type']))], ['overQuota']);
  assert.deepEqual(house.complaints, []);
});
