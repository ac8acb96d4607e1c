import assert from 'node:assert/strict';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

export type Objects = Record<string, unknown>[];

/** Two people of a company, one of whom shares a folder with the other. */
export interface Scene extends AsyncDisposable {
  readonly house: JmapHouse;
  readonly alice: JmapClient;
  readonly bob: JmapClient;
  /** Alice's account. */
  readonly accountId: string;
  /** Her folder that is shared, and her inbox that is not. */
  readonly shared: string;
  readonly inbox: string;
  /** A mail in each of them. */
  readonly visible: string;
  readonly hidden: string;
}

export const bobAddress = 'bob@hongyan.test';
export const reading = { mayReadItems: true };

export async function listOf(
  client: JmapClient,
  method: string,
  args: object = { ids: null },
): Promise<Objects> {
  return (await client.call(method, { ...args }))['list'] as Objects;
}

export async function share(scene: Pick<Scene, 'alice' | 'shared'>, rights: object | null): Promise<unknown> {
  const patch = { [`shareWith/${bobAddress}`]: rights };
  const answer = await scene.alice.call('Mailbox/set', { update: { [scene.shared]: patch } });
  return objectsIn(answer['notUpdated'])[scene.shared]?.['type'];
}

export async function openScene(rights: object): Promise<Scene> {
  const house = await openJmapHouse();
  for (const who of ['alice', 'bob'])
    await house.receive(`${who}@hongyan.test`, 'Subject: secret\r\n\r\nzebra\r\n');
  const [alice, bob] = [await house.client(house.web.alice), await house.client(house.web.bob)];
  const folders = await alice.mailboxes();
  const inbox = String((await listOf(alice, 'Mailbox/get')).find(box => box['role'] === 'inbox')?.['id']);
  const made = await alice.call('Mailbox/set', { create: { p: { name: 'Private' } } });
  const parent = String(objectsIn(made['created'])['p']?.['id']);
  const child = await alice.call('Mailbox/set', { create: { s: { name: 'Project', parentId: parent } } });
  const shared = String(objectsIn(child['created'])['s']?.['id']);
  const hidden = ((await alice.call('Email/query', {}))['ids'] as string[])[0] ?? '';
  const blobId = await alice.upload('Subject: open\r\n\r\nzebra\r\n');
  const imported = await alice.call('Email/import', {
    emails: { v: { blobId, mailboxIds: { [shared]: true } } },
  });
  const visible = String(objectsIn(imported['created'])['v']?.['id']);
  assert.ok(folders);
  const scene = { house, alice, bob, accountId: alice.accountId, shared, inbox, visible, hidden };
  assert.equal(await share(scene, rights), undefined);
  return { ...scene, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

export async function accountsOf({ house, bob }: Scene): Promise<Record<string, Record<string, unknown>>> {
  const { authorization } = bob;
  const response = await fetch(`${house.url}/jmap/session`, { headers: { authorization } });
  return objectsIn(((await response.json()) as { accounts: unknown }).accounts);
}
