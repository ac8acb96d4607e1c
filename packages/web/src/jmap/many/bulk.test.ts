import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filing, marking, within } from '../../app/mails/changes.ts';
import { type JmapClient, JmapError } from '../client.ts';
import type { EmailPatch } from '../types.ts';
import { changeMany, destroyMany, everyId, type Placed } from './bulk.ts';

type Args = Readonly<Record<string, unknown>>;

/** A mailbox that gives 4 ids and takes 3 changes at a time; `before` is told of each call. */
class FakeServer {
  readonly mails = new Map<string, Placed>();
  readonly sets: number[] = [];
  before: (name: string, args: Args) => void = () => undefined;
  refused: ReadonlyMap<string, string> = new Map();

  constructor(count: number) {
    for (let at = 0; at < count; at += 1) this.put(`m${at}`);
  }

  put(id: string, mailboxIds: Placed['mailboxIds'] = { inbox: true }): void {
    this.mails.set(id, { id, mailboxIds, keywords: {} });
  }

  get client(): JmapClient {
    const limit = (): number => 3;
    return {
      limit,
      one: async (name: string, args: Args) => this.#answer(name, args),
    } as unknown as JmapClient;
  }

  inside(mailbox: string): string[] {
    return [...this.mails.values()].filter(mail => mailbox in mail.mailboxIds).map(({ id }) => id);
  }

  #answer(name: string, args: Args): unknown {
    this.before(name, args);
    if (name === 'Email/query') {
      assert.equal(args['collapseThreads'], false, 'each mail by itself');
      const all = [...this.mails.keys()];
      const at = args['anchor'] === undefined ? -1 : all.indexOf(args['anchor'] as string);
      if (args['anchor'] !== undefined && at < 0) throw new JmapError('anchorNotFound');
      return { ids: all.slice(at + 1, at + 5) };
    }
    if (name === 'Email/get') {
      return { list: (args['ids'] as string[]).map(id => this.mails.get(id)).filter(mail => mail) };
    }
    const update = (args['update'] ?? {}) as Record<string, EmailPatch>;
    const destroy = (args['destroy'] ?? []) as string[];
    this.sets.push(Object.keys(update).length + destroy.length);
    const notUpdated: Record<string, { type: string }> = {};
    const notDestroyed: Record<string, { type: string }> = {};
    for (const id of [...Object.keys(update), ...destroy]) {
      const type = this.refused.get(id) ?? (this.mails.has(id) ? null : 'notFound');
      if (type) (id in update ? notUpdated : notDestroyed)[id] = { type };
      else if (id in update) this.#patch(id, update[id] ?? {});
      else this.mails.delete(id);
    }
    return { notUpdated, notDestroyed };
  }

  #patch(id: string, patch: EmailPatch): void {
    const mailboxIds: Record<string, true> = { ...this.mails.get(id)?.mailboxIds };
    for (const [path, value] of Object.entries(patch)) {
      const name = path.replace('mailboxIds/', '');
      if (value) mailboxIds[name] = true;
      else delete mailboxIds[name];
    }
    this.put(id, mailboxIds);
  }
}

const quiet = { onProgress: (): void => undefined, stopped: (): boolean => false };
const toTrash = filing('trash', { scheduled: 'scheduled', drafts: 'drafts' });

test('every id of a list is found, each once, though the server gives them in parts', async () => {
  const server = new FakeServer(11);
  assert.deepEqual(await everyId(server.client, {}), [...server.mails.keys()]);
});

test('a mail that goes away between two parts loses none of the others', async () => {
  const server = new FakeServer(11);
  let parts = 0;
  server.before = () => {
    parts += 1;
    if (parts === 2) server.mails.delete('m3');
  };
  assert.deepEqual(await everyId(server.client, {}), [...server.mails.keys()]);
});

test('many mails are changed in parts of what the server takes, and all of it can be taken back', async () => {
  const server = new FakeServer(8);
  const told: number[] = [];
  const ids = [...server.mails.keys()];
  const result = await changeMany(server.client, ids, toTrash, {
    ...quiet,
    onProgress: gone => told.push(gone),
  });
  assert.deepEqual(server.sets, [3, 3, 2]);
  assert.deepEqual(told, [3, 6, 8]);
  assert.deepEqual(server.inside('trash'), ids);
  assert.deepEqual([result.count, result.error, result.stopped], [8, null, false]);
  const back = await changeMany(
    server.client,
    [...result.undo.keys()],
    ({ id }) => ({ patch: result.undo.get(id) ?? {}, undo: {} }),
    quiet,
  );
  assert.equal(back.count, 8);
  assert.deepEqual(server.inside('inbox'), ids);
  assert.deepEqual(server.inside('trash'), []);
});

test('what came, left or was filed elsewhere since the choice is left alone', async () => {
  const server = new FakeServer(7);
  const ids = [...server.mails.keys()];
  server.before = name => {
    if (name !== 'Email/set') return;
    server.mails.delete('m4');
    server.put('m6', { project: true });
    server.put('new');
  };
  const { count, error } = await changeMany(server.client, ids, within('inbox', toTrash), quiet);
  assert.deepEqual([count, error], [5, null]);
  assert.deepEqual(server.inside('inbox'), ['new']);
  assert.deepEqual(server.inside('project'), ['m6']);
});

test('a refusal ends the work and says how far it came; stopping does, too', async () => {
  const server = new FakeServer(9);
  server.refused = new Map([['m4', 'forbidden']]);
  const ids = [...server.mails.keys()];
  const failed = await changeMany(server.client, ids, toTrash, quiet);
  assert.equal((failed.error as JmapError).code, 'forbidden');
  assert.deepEqual([...failed.undo.keys()], ['m0', 'm1', 'm2', 'm3', 'm5']);
  assert.deepEqual(server.inside('trash'), ['m0', 'm1', 'm2', 'm3', 'm5']);
  const stopping = new FakeServer(9);
  const stopped = await changeMany(stopping.client, ids, toTrash, {
    ...quiet,
    stopped: () => stopping.sets.length === 2,
  });
  assert.deepEqual([stopped.count, stopped.stopped], [6, true]);
});

test('a part whose answer is lost can be taken back with the rest', async () => {
  const server = new FakeServer(6);
  server.before = name => {
    if (name === 'Email/set' && server.sets.length === 1) {
      for (const id of ['m3', 'm4', 'm5']) server.put(id, { trash: true });
      throw new JmapError('network');
    }
  };
  const { count, undo, error } = await changeMany(server.client, [...server.mails.keys()], toTrash, quiet);
  assert.deepEqual([count, undo.size, (error as JmapError).code], [3, 6, 'network']);
});

test('mail that waited for its time is counted, and taken back is a draft', async () => {
  const server = new FakeServer(0);
  server.put('later', { scheduled: true });
  const { notSent, undo } = await changeMany(server.client, ['later'], toTrash, quiet);
  assert.equal(notSent, 1);
  assert.deepEqual(undo.get('later'), { 'mailboxIds/trash': null, 'mailboxIds/drafts': true });
});

test('a mark that is there already asks nothing of the server', async () => {
  const server = new FakeServer(4);
  const { count } = await changeMany(
    server.client,
    [...server.mails.keys()],
    marking({ $seen: false }),
    quiet,
  );
  assert.deepEqual([count, server.sets], [0, []]);
});

test('emptying deletes in parts, and takes no offence at what is gone already', async () => {
  const server = new FakeServer(7);
  const ids = [...server.mails.keys()];
  server.mails.delete('m1');
  server.put('new');
  assert.deepEqual(await destroyMany(server.client, 'inbox', ids, quiet), {
    count: 6,
    error: null,
    stopped: false,
  });
  assert.deepEqual(server.sets, [2, 3, 1]);
  assert.deepEqual([...server.mails.keys()], ['new']);
});

test('what was taken out of the mailbox since the choice is not destroyed, nor what lies elsewhere, too', async () => {
  const server = new FakeServer(5);
  const ids = [...server.mails.keys()];
  server.before = (name, args) => {
    // Rescued while the first part was deleted.
    if (name === 'Email/set' && 'm0' in Object.fromEntries((args['destroy'] as string[]).map(id => [id, 1])))
      server.put('m3', { project: true });
  };
  server.put('m1', { inbox: true, project: true });
  assert.equal((await destroyMany(server.client, 'inbox', ids, quiet)).count, 4);
  assert.deepEqual(server.inside('project').toSorted(), ['m1', 'm3']);
  assert.deepEqual(server.inside('inbox'), []);
});

test('destroying says how far it came when it is refused, stopped or cut off', async () => {
  const ids = Array.from({ length: 7 }, (_, at) => `m${at}`);
  const refusing = new FakeServer(7);
  refusing.refused = new Map([['m4', 'forbidden']]);
  const refused = await destroyMany(refusing.client, 'inbox', ids, quiet);
  assert.deepEqual(
    [refused.count, (refused.error as JmapError).code, refused.stopped],
    [5, 'forbidden', false],
  );
  const stopping = new FakeServer(7);
  const halted = await destroyMany(stopping.client, 'inbox', ids, {
    ...quiet,
    stopped: () => stopping.sets.length === 1,
  });
  assert.deepEqual([halted.count, halted.error, halted.stopped], [3, null, true]);
  const cut = new FakeServer(7);
  cut.before = name => {
    if (name === 'Email/set' && cut.sets.length === 1) throw new JmapError('network');
  };
  const lost = await destroyMany(cut.client, 'inbox', ids, quiet);
  assert.deepEqual([lost.count, (lost.error as JmapError).code, lost.stopped], [3, 'network', false]);
});

test('a mail that goes between the look at it and its change or end is no failure', async () => {
  for (const work of ['change', 'destroy'] as const) {
    const server = new FakeServer(3);
    const ids = [...server.mails.keys()];
    server.before = name => {
      if (name === 'Email/set') server.mails.delete('m1');
    };
    const { count, error } =
      work === 'change'
        ? await changeMany(server.client, ids, toTrash, quiet)
        : await destroyMany(server.client, 'inbox', ids, quiet);
    assert.deepEqual([count, error], [2, null], work);
  }
});

test('a server that never finds the mail one stood at is given up', async () => {
  const server = new FakeServer(9);
  let asked = 0;
  server.before = (_, args) => {
    asked += 1;
    if (args['anchor'] !== undefined) throw new JmapError('anchorNotFound');
    if (asked > 50) throw new Error('it goes on for ever');
  };
  await assert.rejects(everyId(server.client, {}), { code: 'anchorNotFound' });
});

test('mail that lies where it is to be filed is left alone, whatever else it lies in', async () => {
  const server = new FakeServer(0);
  server.put('there', { trash: true, project: true });
  const { count, undo } = await changeMany(server.client, ['there'], toTrash, quiet);
  assert.deepEqual([count, undo.size, server.sets], [0, 0, []]);
});
