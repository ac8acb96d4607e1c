import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

let house: JmapHouse;
let client: JmapClient;

before(async () => {
  house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
  client = await house.client(house.web.alice);
});

after(() => house[Symbol.asyncDispose]());

/** Makes mailboxes of these names, at the top or below each other (`a/b`); their ids in that order. */
async function make(...paths: string[]): Promise<string[]> {
  const create = Object.fromEntries(
    paths.map(path => {
      const at = path.lastIndexOf('/');
      const parentId = at < 0 ? null : `#${path.slice(0, at).replaceAll('/', '-')}`;
      return [path.replaceAll('/', '-'), { name: path.slice(at + 1), parentId }];
    }),
  );
  const { created } = await client.call('Mailbox/set', { create });
  return paths.map(path => String(objectsIn(created)[path.replaceAll('/', '-')]?.['id']));
}

async function set(args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { notCreated, notUpdated, notDestroyed, created } = await client.call('Mailbox/set', args);
  return { notCreated, notUpdated, notDestroyed, created };
}

const fine = { notCreated: null, notUpdated: null, notDestroyed: null };

async function read(ids: readonly string[], property: string): Promise<unknown[]> {
  const { list } = await client.call('Mailbox/get', { ids, properties: [property] });
  const byId = new Map((list as Record<string, unknown>[]).map(item => [item['id'], item[property]]));
  return ids.map(id => byId.get(id));
}

test('RFC 8620 §5.3: mailboxes exchange their names, two and in a round', async () => {
  const [a = '', b = '', c = ''] = await make('A', 'B', 'C');
  assert.deepEqual(await set({ update: { [a]: { name: 'B' }, [b]: { name: 'A' } } }), {
    ...fine,
    created: null,
  });
  assert.deepEqual(await read([a, b], 'name'), ['B', 'A']);
  const round = { [a]: { name: 'A' }, [b]: { name: 'C', sortOrder: 7 }, [c]: { name: 'B' } };
  assert.deepEqual(await set({ update: round }), { ...fine, created: null });
  assert.deepEqual(await read([a, b, c], 'name'), ['A', 'C', 'B']);
  assert.deepEqual(await read([b], 'sortOrder'), [7]);
  await set({ destroy: [a, b, c] });
});

test('RFC 8620 §5.3: a chain of renames works in any order', async () => {
  const ids = await make('1', '2', '3', '4', '5');
  const renames = ids.map((id, n) => [id, { name: String(n + 2) }] as const);
  assert.deepEqual(await set({ update: Object.fromEntries(renames) }), { ...fine, created: null });
  assert.deepEqual(await read(ids, 'name'), ['2', '3', '4', '5', '6']);
  await set({ destroy: ids });
});

test('RFC 8621 §2: a role goes from one mailbox to another in one call, whatever comes first; never to two', async () => {
  const [next = ''] = await make('Old');
  const { archive = '' } = await client.mailboxes();
  assert.deepEqual(await set({ update: { [next]: { role: 'archive' }, [archive]: { role: null } } }), {
    ...fine,
    created: null,
  });
  assert.deepEqual(await read([next, archive], 'role'), ['archive', null]);
  const twice = await set({ update: { [archive]: { role: 'archive' } } });
  assert.deepEqual(objectsIn(twice['notUpdated'])[archive]?.['properties'], ['role']);
  const exchanged = { [next]: { role: null }, [archive]: { role: 'archive' } };
  assert.deepEqual(await set({ update: exchanged }), { ...fine, created: null });
  await set({ destroy: [next] });
});

test('RFC 8620 §5.3: a name is taken over from a mailbox that is destroyed in the same call', async () => {
  const [old = ''] = await make('Projects');
  const { created, ...rest } = await set({
    create: { n: { name: 'Projects' }, child: { name: 'One', parentId: '#n' } },
    destroy: [old],
  });
  assert.deepEqual(rest, fine);
  const ids = Object.values(objectsIn(created)).map(({ id }) => String(id));
  assert.deepEqual(new Set(await read(ids, 'name')), new Set(['One', 'Projects']));
  await set({ destroy: ids });
});

test('RFC 8620 §5.3: parent and child change places', async () => {
  const [top = '', below = ''] = await make('top', 'top/below');
  const places = { [top]: { parentId: below }, [below]: { parentId: null } };
  assert.deepEqual(await set({ update: places }), { ...fine, created: null });
  assert.deepEqual(await read([top, below], 'parentId'), [below, null]);
  await set({ destroy: [top, below] });
});

test('RFC 8621 §2: what would be wrong in the end is refused, and the rest of the call is done', async () => {
  const [a = '', b = '', c = ''] = await make('A', 'B', 'C');
  const answer = await set({
    update: { [a]: { name: 'C' }, [b]: { parentId: b }, [c]: { sortOrder: 3 } },
    create: { x: { name: 'B' }, y: { name: 'below', parentId: '#x' }, ok: { name: 'fine' } },
  });
  assert.deepEqual(objectsIn(answer['notUpdated']), {
    [a]: { type: 'alreadyExists', existingId: c },
    [b]: { type: 'invalidProperties', properties: ['name'], description: 'mailbox.name_invalid' },
  });
  assert.deepEqual(objectsIn(answer['notCreated']), {
    x: { type: 'alreadyExists', existingId: b },
    y: { type: 'invalidProperties', properties: ['parentId'], description: 'no such mailbox' },
  });
  assert.deepEqual(await read([a, b, c], 'name'), ['A', 'B', 'C']);
  assert.deepEqual(await read([c], 'sortOrder'), [3]);
  const ok = String(objectsIn(answer['created'])['ok']?.['id']);
  await set({ destroy: [a, b, c, ok] });
  assert.deepEqual(house.complaints, []);
});

test('RFC 8620 §5.3: a name that the server made another one is told', async () => {
  const decomposed = 'Cafe\u0301';
  const { created } = await set({ create: { n: { name: decomposed }, p: { name: 'plain' } } });
  assert.equal(objectsIn(created)['n']?.['name'], 'Café');
  assert.ok(!('name' in (objectsIn(created)['p'] ?? {})));
  const id = String(objectsIn(created)['p']?.['id']);
  const { updated } = await client.call('Mailbox/set', { update: { [id]: { name: `${decomposed} 2` } } });
  assert.deepEqual(updated, { [id]: { name: 'Café 2' } });
});
