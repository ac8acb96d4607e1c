import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordCredentials } from '@hongyan/server/access/passwords.ts';
import { type Principal, tenantScope } from '@hongyan/server/access/scope.ts';
import { operations } from '@hongyan/server/protocols/rest/registry.ts';
import { type SqlReader, statement } from '@hongyan/server/store/sql/port.ts';
import { readTables } from '@hongyan/server/store/sql/tables.ts';
import { openRestHouse, type RestClient } from '@hongyan/testkit/rest-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { sampleOf } from '../rest-fixture/sample.ts';

/** Tables that move although nobody changed the company: when somebody was seen last, and who tried what. */
const restless = new Set(['web_session', 'sign_in_delay', 'api_idempotency', 'id_sequence']);

/** Everything the system database holds of a company, table by table. */
async function stateOf(database: SqlReader, tenantId: number): Promise<Record<string, unknown[]>> {
  const state: Record<string, unknown[]> = {};
  for (const { name, columns } of await readTables(database)) {
    if (restless.has(name) || !columns.includes('tenant_id')) continue;
    const rows = await database.arrays(statement(`SELECT * FROM ${name} WHERE tenant_id = $1`), tenantId);
    // PostgreSQL returns rows in the order of the last changes.
    state[name] = rows.map(row => JSON.stringify(row)).toSorted();
  }
  return state;
}

type Ids = Readonly<Record<string, string | number>>;

/** Makes one object of every kind, and says which parameters name it, by the first part of the path. */
async function fill(owner: RestClient): Promise<ReadonlyMap<string, Ids>> {
  const make = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await owner('POST', path, { body });
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    return answer.json();
  };
  const id = async (path: string, body: unknown): Promise<Ids> => {
    const made = await make(path, body);
    const entry = (made['entry'] ?? made) as { id: number };
    return { id: entry.id };
  };
  const member = await make('/members', {
    address: 'carol@hongyan.test',
    name: 'Carol',
    password: housePassword,
  });
  const gone = await make('/members', {
    address: 'dave@hongyan.test',
    name: 'Dave',
    password: housePassword,
  });
  const { id: accountId } = (member['member'] ?? member) as { id: number };
  const { id: goneId } = (gone['member'] ?? gone) as { id: number };
  assert.ok(
    (await owner('POST', `/members/${accountId}/aliases`, { body: { address: 'cc@hongyan.test' } })).status <
      300,
  );
  assert.ok((await owner('DELETE', `/members/${goneId}`)).status < 300);
  assert.equal((await owner('PATCH', '/invitation-settings', { body: { open: true } })).status, 200);
  const department = await make('/departments', { name: 'Sales' });
  const person = { accountId, address: 'cc@hongyan.test' };
  const imported = await owner('POST', '/imports', {
    raw: 'name,address\nEve,eve@hongyan.test\n',
    headers: { 'content-type': 'text/csv' },
  });
  assert.ok(imported.status < 300, imported.text);
  const origin = { origin: 'https://mail.hongyan.test', days: 3 };
  return new Map<string, Ids>([
    ['members', person],
    ['aliases', person],
    ['administrators', person],
    ['sign-in', person],
    ['book', person],
    ['recycle-bin', { accountId: goneId }],
    ['departments', { departmentId: Number(department['id']) }],
    ['tags', await id('/tags', { name: 'VIP' })],
    ['groups', await id('/groups', { address: 'team@hongyan.test', members: [] })],
    [
      'public-mailboxes',
      { ...(await id('/public-mailboxes', { address: 'info@hongyan.test', users: [] })), accountId },
    ],
    ['invitations', await id('/invitations', origin)],
    ['outside-contacts', await id('/outside-contacts', { address: 'zhao@away.test' })],
    ['outside-contact-groups', await id('/outside-contact-groups', { name: 'Partners' })],
    ['tokens', await id('/tokens', { name: 'all', functions: { members: 'manage' } })],
    ['imports', { id: Number(imported.json()['id']) }],
    ['domains', { name: 'hongyan.test', domain: 'hongyan.test' }],
    ['domain-claims', { name: 'hongyan.test' }],
  ]);
}

test('with the real ids of another company’s objects, no operation finds or changes anything', async () => {
  await using house = await openRestHouse();
  const { web } = house;
  const { alice } = web;
  const owner = await house.as(alice);
  const known = await fill(owner);
  const other = tenantScope((await web.directory.createTenant('Other')).tenantId, 'test');
  await web.directory.addDomain(other, 'other.test');
  const credentials = await passwordCredentials(web.context.passwords, housePassword);
  const address = 'mallory@other.test';
  const mallory = await web.directory.createUser(other, { address, role: 'administrator', credentials });
  const principal: Extract<Principal, { kind: 'account' }> = {
    ...alice,
    tenantId: other.tenantId,
    accountId: mallory.accountId,
    login: mallory.address,
  };
  const stranger = await house.as(principal);
  const before = await stateOf(web.database.of(alice.tenantId), alice.tenantId);
  const wrong: string[] = [];
  let tried = 0;
  for (const operation of operations) {
    // One of a few words names nothing of a company’s.
    if (!Object.values(operation.params.properties).some(schema => !('enum' in schema))) continue;
    const ids = known.get(operation.path.split('/')[1] ?? '');
    if (!ids) continue;
    tried += 1;
    // The operation’s own sample of a path would be somebody else’s id.
    const { path, request } = sampleOf({ ...operation, sample: { ...operation.sample, params: ids } }, ids);
    const answer = await stranger(operation.method, path, request);
    if (answer.status < 400 || answer.status >= 500)
      wrong.push(`${operation.id}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  assert.ok(tried > 60, `${tried} operations were tried`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(await stateOf(web.database.of(alice.tenantId), alice.tenantId), before);
});
