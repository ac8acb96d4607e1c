import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminFunctions } from '@hongyan/server/access/administration.ts';
import { passwordCredentials } from '@hongyan/server/access/passwords.ts';
import { type Principal, tenantScope } from '@hongyan/server/access/scope.ts';
import { grantAdministration } from '@hongyan/server/directory/administrators/administrators.ts';
import { createDepartment } from '@hongyan/server/directory/departments/departments.ts';
import { createMember } from '@hongyan/server/directory/members/create.ts';
import type { Operation } from '@hongyan/server/protocols/rest/kit/operation.ts';
import { operations } from '@hongyan/server/protocols/rest/registry.ts';
import {
  openRestHouse,
  type RestAnswer,
  type RestClient,
  type RestHouse,
} from '@hongyan/testkit/rest-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { sampleOf } from '../rest-fixture/sample.ts';

type Person = Extract<Principal, { kind: 'account' }>;
type Name =
  | 'nobody'
  | 'member'
  | 'elsewhere'
  | 'viewer'
  | 'partial'
  | 'token'
  | 'stranger'
  | 'super'
  | 'owner';

interface Scene {
  readonly house: RestHouse;
  readonly clients: Readonly<Record<Name, RestClient>>;
  /** Makes `partial` an administrator of everything but one function. */
  withoutFunction(name: string): Promise<void>;
  /** Values for parameters of paths: objects of the company, of a department out of reach of `elsewhere`. */
  readonly ids: Readonly<Record<string, string | number>>;
  readonly reached: number;
}

const everything = new Map(adminFunctions.map(name => [name, 'manage' as const]));
const views = new Map(adminFunctions.map(name => [name, 'view' as const]));

/** Functions whose objects are people: departments limit who is in reach. */
const aboutPeople = new Set(['members', 'aliases', 'recycleBin', 'clientAccess', 'administrators']);

async function openScene(): Promise<Scene> {
  const house = await openRestHouse();
  const { web, rest } = house;
  const { tenant, alice, bob } = web;
  const { directory } = rest;
  const credentials = await passwordCredentials(web.context.passwords, housePassword);
  const [here, there] = [
    await createDepartment(directory, tenant, { name: 'Here' }),
    await createDepartment(directory, tenant, { name: 'There' }),
  ];
  const person = async (
    name: string,
    departmentId: number,
    scope = tenant,
    domain = 'hongyan.test',
  ): Promise<Person> => {
    const address = `${name}@${domain}`;
    const places = departmentId === 0 ? [] : [{ departmentId }];
    const made = await createMember(directory, scope, { address, credentials, departments: places });
    return { kind: 'account', tenantId: scope.tenantId, accountId: made.accountId, login: address };
  };
  const carol = await person('carol', here.departmentId);
  const [viewer, partial, elsewhere, target] = [
    await person('viewer', here.departmentId),
    await person('partial', here.departmentId),
    await person('elsewhere', there.departmentId),
    await person('target', here.departmentId),
  ];
  await grantAdministration(directory, tenant, carol.accountId, { role: 'super' });
  await grantAdministration(directory, tenant, viewer.accountId, {
    role: 'scoped',
    functions: views,
    departments: null,
  });
  await grantAdministration(directory, tenant, elsewhere.accountId, {
    role: 'scoped',
    functions: everything,
    departments: [there.departmentId],
  });
  await grantAdministration(directory, tenant, target.accountId, {
    role: 'scoped',
    functions: new Map([['groups', 'view']]),
    departments: [here.departmentId],
  });
  const other = tenantScope((await web.directory.createTenant('Other')).tenantId, 'test');
  await web.directory.addDomain(other, 'other.test');
  const mallory = await web.directory.createUser(other, {
    address: 'mallory@other.test',
    role: 'administrator',
    credentials,
  });
  const stranger: Person = {
    ...alice,
    tenantId: other.tenantId,
    accountId: mallory.accountId,
    login: mallory.address,
  };
  const owner = await house.as(alice);
  const made = await owner('POST', '/tokens', {
    body: { name: 'all', functions: Object.fromEntries(everything) },
  });
  const { token, entry } = made.json<{ token: string; entry: { id: number } }>();
  return {
    house,
    clients: {
      nobody: await house.as(null),
      member: await house.as(bob),
      elsewhere: await house.as(elsewhere),
      viewer: await house.as(viewer),
      partial: await house.as(partial),
      token: house.withToken(token),
      stranger: await house.as(stranger),
      super: await house.as(carol),
      owner,
    },
    async withoutFunction(name) {
      const functions = new Map([...everything].filter(([key]) => key !== name));
      const scoped = { role: 'scoped', functions, departments: null } as const;
      await grantAdministration(directory, tenant, partial.accountId, scoped);
    },
    ids: {
      accountId: target.accountId,
      departmentId: here.departmentId,
      domain: 'hongyan.test',
      name: 'hongyan.test',
      address: 'target@hongyan.test',
      id: idOf(entry.id, target.accountId),
    },
    reached: there.departmentId,
  };
}

/** `{id}` of a path is an account or a token: whichever, it is the other company's for the stranger. */
function idOf(tokenId: number, accountId: number): number {
  return Math.max(tokenId, accountId);
}

async function send(scene: Scene, operation: Operation, name: Name): Promise<RestAnswer> {
  const sample = sampleOf(operation, scene.ids);
  return scene.clients[name](operation.method, sample.path, sample.request);
}

function isManage({ access }: Operation): boolean {
  return access === 'manage';
}

/** Who must not be let through by the kit, with what they are told. */
function refusedBy(operation: Operation): Map<Name, number> {
  const refused = new Map<Name, number>([['nobody', 401]]);
  if (operation.function === 'none') return refused;
  refused.set('member', 403);
  if (operation.function !== 'any') {
    refused.set('partial', 403);
    if (isManage(operation)) refused.set('viewer', 403);
  }
  if (operation.wholeCompany) refused.set('elsewhere', 403);
  if (operation.personOnly) refused.set('token', 403);
  if (operation.role)
    for (const name of ['viewer', 'partial', 'elsewhere', 'token'] as const) refused.set(name, 403);
  if (operation.role === 'owner') refused.set('super', 403);
  return refused;
}

test('every operation is refused to everybody but those whom it is for (TEN-36)', async () => {
  const scene = await openScene();
  await using _house = scene.house;
  const wrong: string[] = [];
  for (const operation of operations) {
    await scene.withoutFunction(operation.function);
    for (const [name, status] of refusedBy(operation)) {
      const answer = await send(scene, operation, name);
      if (answer.status !== status) wrong.push(`${operation.id} by ${name}: ${answer.status}, not ${status}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('another company’s administrator reaches nothing of this one, by no operation', async () => {
  const scene = await openScene();
  await using _house = scene.house;
  const wrong: string[] = [];
  for (const operation of operations) {
    const answer = await send(scene, operation, 'stranger');
    // One of a few words names nothing of a company's.
    const named = Object.values(operation.params.properties).some(schema => !('enum' in schema));
    if (named && answer.status < 300) wrong.push(`${operation.id}: ${answer.status}`);
    if (answer.status >= 500) wrong.push(`${operation.id}: ${answer.status}`);
    // A refusal may say back what was asked for; an answer may not.
    if (answer.status < 300 && answer.text.includes('hongyan.test'))
      wrong.push(`${operation.id}: ${answer.text}`);
  }
  assert.deepEqual(wrong, []);
});

test('an administrator of another department reaches nobody of this one', async () => {
  const scene = await openScene();
  await using _house = scene.house;
  const wrong: string[] = [];
  for (const operation of operations) {
    const answer = await send(scene, operation, 'elsewhere');
    const named = Object.keys(operation.params.properties).some(key => key === 'accountId');
    if (aboutPeople.has(operation.function) && isManage(operation) && named && answer.status < 300) {
      wrong.push(`${operation.id}: ${answer.status} ${answer.text}`);
    }
    if (
      operation.function === 'members' &&
      answer.status < 300 &&
      answer.text.includes('target@hongyan.test')
    ) {
      wrong.push(`${operation.id}: ${answer.text}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('TEN-35: those whom an operation is for are let through; super administrators to all but the owner’s own', async () => {
  const wrong: string[] = [];
  const scene = await openScene();
  await using _house = scene.house;
  const names: Name[] = ['member', 'viewer', 'token', 'super', 'owner'];
  // What takes the rights of those who ask comes last.
  const last = (operation: Operation): number => (operation.role ? 1 : 0);
  for (const operation of operations.toSorted((a, b) => last(a) - last(b))) {
    const refused = refusedBy(operation);
    for (const name of names.filter(one => !refused.has(one))) {
      const answer = await send(scene, operation, name);
      const letThrough = answer.status !== 401 && answer.status !== 403 && answer.status < 500;
      // Plans and the domain's own rules refuse, too, with codes of their own.
      const code = answer.status === 403 ? answer.json()['code'] : '';
      if (!letThrough && code === 'access.denied')
        wrong.push(`${operation.id} by ${name}: ${answer.status} ${answer.text}`);
      if (answer.status >= 500) wrong.push(`${operation.id} by ${name}: ${answer.status}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every operation has a name, a summary and strict schemas; no two share a name or a place', () => {
  const places = operations.map(({ method, path }) => `${method} ${path}`);
  const ids = operations.map(({ id }) => id);
  assert.equal(new Set(places).size, places.length);
  assert.equal(new Set(ids).size, ids.length);
  for (const operation of operations) {
    assert.match(operation.id, /^[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+$/);
    assert.match(operation.path, /^(?:\/(?:[a-z][a-z-]*|\{[a-zA-Z]+\}))+$/, operation.path);
    const named = [...operation.path.matchAll(/\{(\w+)\}/g)].map(match => String(match[1]));
    assert.deepEqual(
      Object.keys(operation.params.properties).toSorted((a, b) => a.localeCompare(b)),
      named.toSorted((a, b) => a.localeCompare(b)),
      operation.id,
    );
    assertStrict(operation.body, `${operation.id} body`);
    assertStrict(operation.response, `${operation.id} response`);
  }
});

function assertStrict(schema: unknown, where: string): void {
  if (Array.isArray(schema)) for (const item of schema) assertStrict(item, where);
  else if (typeof schema === 'object' && schema !== null) {
    const { type, properties, additionalProperties } = schema as Readonly<Record<string, unknown>>;
    if (type === 'object' && properties !== undefined) {
      assert.equal(additionalProperties, false, `${where}: an object takes anything`);
    }
    for (const value of Object.values(schema)) assertStrict(value, where);
  }
}
