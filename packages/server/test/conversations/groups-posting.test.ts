import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { change, type DirectoryContext } from '../../src/directory/context.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import type { NewGroup } from '../../src/directory/groups/types.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { type House, openHouse } from '../flow-fixture/house.ts';

const mail = 'From: x@y.test\r\nSubject: x\r\n\r\nhello\r\n';

type Person = Awaited<ReturnType<House['addUser']>>;

interface Scene extends AsyncDisposable {
  readonly house: House;
  readonly member: Person;
  readonly insider: Person;
  readonly listed: Person;
  group(more: Omit<NewGroup, 'address'>, name?: string): Promise<void>;
}

/** A company of three, one of whom is in the groups. */
async function openScene(): Promise<Scene> {
  const house = await openHouse();
  return {
    house,
    member: await house.addUser('member@hongyan.test'),
    insider: await house.addUser('insider@hongyan.test'),
    listed: await house.addUser('listed@hongyan.test'),
    async group(more, name = 'team') {
      const address = `${name}@hongyan.test`;
      await house.directory.createGroup(tenantScope(house.tenantId, 'test'), { address, ...more });
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

/** Whether the group takes the mail; anything but the refusal for posting is an error. */
async function taken(sending: Promise<string>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    assert.ok(isMailError(error, 'group.posting_denied'), String(error));
    return false;
  }
}

/** Who may write to the team: insider, member, listed member, outsider, listed outsider, outsider who claims to be the member. */
async function mayWrite({ house, member, insider, listed }: Scene): Promise<boolean[]> {
  const to = ['team@hongyan.test'];
  const own = (person: Person): string => `From: ${person.login}\r\n\r\nx\r\n`;
  return [
    await taken(house.submit(insider, to, own(insider))),
    await taken(house.submit(member, to, own(member))),
    await taken(house.submit(listed, to, own(listed))),
    await taken(house.receive('stranger@outside.test', to, mail)),
    await taken(house.receive('Partner@outside.test', to, mail)),
    await taken(house.receive('member@hongyan.test', to, mail)),
    await taken(house.receive('listed@hongyan.test', to, mail)),
  ];
}

const members = ['member@hongyan.test', 'partner@outside.test'];

test('GRP-04: by default only people of the company may write to a group', async () => {
  await using scene = await openScene();
  await scene.group({ members });
  assert.deepEqual(await mayWrite(scene), [true, true, true, false, false, false, false]);
});

test('GRP-04: members only, those outside included; claiming an address of ours proves nothing', async () => {
  await using scene = await openScene();
  await scene.group({ members, posting: 'members' });
  assert.deepEqual(await mayWrite(scene), [false, true, false, false, true, false, false]);
});

test('GRP-04: anyone, inside and outside', async () => {
  await using scene = await openScene();
  await scene.group({ members, posting: 'anyone' });
  assert.deepEqual(await mayWrite(scene), [true, true, true, true, true, true, true]);
});

test('GRP-04: white-listed accounts only, inside and outside', async () => {
  await using scene = await openScene();
  const senders = ['listed@hongyan.test', 'partner@OUTSIDE.test'];
  await scene.group({ members, posting: 'listed', senders });
  assert.deepEqual(await mayWrite(scene), [false, false, true, false, true, false, false]);
});

test('GRP-04, GRP-05: a group within a group applies its own rule; the rest still gets the mail', async () => {
  await using scene = await openScene();
  const { house, insider, listed } = scene;
  await scene.group({ members: ['member@hongyan.test', 'inner@hongyan.test'], posting: 'anyone' });
  await scene.group(
    { members: ['listed@hongyan.test', 'team@hongyan.test'], posting: 'listed', senders: [insider.login] },
    'inner',
  );
  const dispatcher = house.start();
  await house.receive('stranger@outside.test', ['team@hongyan.test'], mail);
  await dispatcher.settled();
  assert.equal((await house.messages('member@hongyan.test')).length, 1);
  assert.equal((await house.messages('listed@hongyan.test')).length, 0);
  await house.submit(
    insider,
    ['team@hongyan.test', 'inner@hongyan.test'],
    `From: ${insider.login}\r\n\r\nx\r\n`,
  );
  await dispatcher.settled();
  assert.equal((await house.messages('member@hongyan.test')).length, 2, 'one copy each');
  assert.equal((await house.messages('listed@hongyan.test')).length, 1);
  // A group whose only member is a group that refuses: the sender is told so, and not that there is nobody.
  await scene.group({ members: ['inner@hongyan.test'], posting: 'anyone' }, 'outer');
  const refused = house.submit(listed, ['outer@hongyan.test'], `From: ${listed.login}\r\n\r\nx\r\n`);
  assert.equal(await taken(refused), false);
});

test('RFC 2919 §3: a copy by way of a group names the list once, in front of the message', async () => {
  await using scene = await openScene();
  const { house } = scene;
  await scene.group({ members: ['member@hongyan.test'], posting: 'anyone' });
  await scene.group({ members: ['member@hongyan.test'], posting: 'anyone' }, '销售');
  const dispatcher = house.start();
  await house.receive('a@outside.test', ['team@hongyan.test'], mail);
  await house.receive('a@outside.test', ['销售@hongyan.test'], mail);
  await house.receive('a@outside.test', ['team@hongyan.test'], `List-Id: <other.test>\r\n${mail}`);
  await house.receive('a@outside.test', ['member@hongyan.test'], mail);
  await dispatcher.settled();
  const lists = (await house.messages('member@hongyan.test')).map(
    text => text.match(/^List-Id: .*$/gm)?.map(line => line.trim()) ?? [],
  );
  assert.deepEqual(lists.map(String).sort(), [
    '',
    'List-Id: <group-2.hongyan.test>',
    'List-Id: <other.test>',
    'List-Id: <team.hongyan.test>',
  ]);
});

test('GRP-03: a representative writes as the group and others do not; reports about it reach the representative', async () => {
  await using scene = await openScene();
  const { house, member, insider } = scene;
  await scene.group({ members, representatives: [member.accountId] });
  const asGroup = 'From: team@hongyan.test\r\nSubject: offer\r\n\r\nx\r\n';
  const sender = 'team@hongyan.test';
  await house.submit(member, [insider.login], asGroup, { sender });
  await assert.rejects(house.submit(insider, [member.login], asGroup, { sender }), error =>
    isMailError(error, 'access.sender_not_owned'),
  );
  await assert.rejects(house.submit(insider, [member.login], asGroup), error =>
    isMailError(error, 'access.sender_not_owned'),
  );
  const dispatcher = house.start();
  await house.receive('', ['team@hongyan.test'], 'From: mailer-daemon@outside.test\r\n\r\nreport\r\n');
  await dispatcher.settled();
  assert.equal((await house.messages(member.login)).length, 1);
});

const insertDepartment = statement(
  `INSERT INTO department (tenant_id, id, parent_id, name, name_key, book_text, position, hidden, view_rule, created_at)
   VALUES ($1, $2, $3, $4, $4, $4, 0, 0, NULL, 0)`,
);
const join2 = statement(
  `INSERT INTO member_department (tenant_id, account_id, department_id, is_main, is_leader) VALUES ($1, $2, $3, 1, 0)`,
);
const insertTag = statement(
  'INSERT INTO tag (tenant_id, id, name, name_key, created_at) VALUES ($1, $2, $3, $3, 0)',
);
const tagEntry = statement(
  'INSERT INTO tag_entry (tenant_id, tag_id, kind, target_id) VALUES ($1, $2, $3, $4)',
);

test('GRP-05: departments with those below, and tags, are members live: whoever joins receives without an edit', async () => {
  await using scene = await openScene();
  const { house, member, insider, listed } = scene;
  const { tenantId, clock } = house;
  await using database = await openSystemDatabase(place(join(house.folder, 'system.db')), clock);
  const ctx: DirectoryContext = createDirectoryContext({ database, clock });
  await change(ctx, tenantId, async tx => {
    await tx.run(insertDepartment, tenantId, 1, 0, 'sales');
    await tx.run(insertDepartment, tenantId, 2, 1, 'north');
    await tx.run(insertTag, tenantId, 1, 'drivers');
    await tx.run(join2, tenantId, member.accountId, 1);
  });
  clock.advance(1_000);
  await scene.group({ departments: [1], tags: [1] });
  await assert.rejects(scene.group({ departments: [77] }, 'other'), error =>
    isMailError(error, 'input.invalid'),
  );
  const reached = async (): Promise<readonly string[]> => {
    clock.advance(1_000);
    const found = await house.directory.resolve('team@hongyan.test');
    return found.kind === 'group' ? [...found.members].sort() : [];
  };
  assert.deepEqual(await reached(), [member.login]);
  await change(ctx, tenantId, tx => tx.run(join2, tenantId, insider.accountId, 2));
  assert.deepEqual(await reached(), [insider.login, member.login]);
  await change(ctx, tenantId, tx => tx.run(tagEntry, tenantId, 1, 'member', listed.accountId));
  await change(ctx, tenantId, tx => tx.run(tagEntry, tenantId, 1, 'department', 2));
  assert.deepEqual(await reached(), [insider.login, listed.login, member.login]);
  await scene.group({ departments: [0], posting: 'listed', senderDepartments: [2] }, 'all');
  const all = ['all@hongyan.test'];
  clock.advance(1_000);
  assert.equal(await taken(house.submit(insider, all, `From: ${insider.login}\r\n\r\nx\r\n`)), true);
  assert.equal(await taken(house.submit(member, all, `From: ${member.login}\r\n\r\nx\r\n`)), false);
});
