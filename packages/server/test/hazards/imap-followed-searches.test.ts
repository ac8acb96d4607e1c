import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImapResponse, ResponseValue } from '@hongyan/formats/imap/output/response.ts';
import type { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { startImapFixture } from '@hongyan/testkit/imap-fixture.ts';
import { random } from '../imap-fixture/caching-client.ts';

const rounds = 120;

function text(value: ResponseValue | undefined): string {
  return value?.type === 'atom' ? value.text : value?.type === 'string' ? value.octets.toString() : '';
}

function uids(set: string): number[] {
  return set.split(',').flatMap(range => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** Results as the answers of the server tell them, by tag (RFC 5267 §4.3.3, §4.3.4). */
class Results {
  readonly lists: Map<string, number[]> = new Map<string, number[]>();

  hear(response: ImapResponse): void {
    if (response.kind !== 'data' || response.name !== 'ESEARCH') return;
    const [correlator, ...rest] = response.values;
    const tag = correlator?.type === 'list' ? text(correlator.items[1]) : '';
    const list = this.lists.get(tag) ?? [];
    this.lists.set(tag, list);
    for (let at = 0; at < rest.length; at++) {
      const name = text(rest[at]);
      const value = rest[at + 1];
      if (name === 'ALL') list.push(...uids(text(value)));
      if ((name !== 'ADDTO' && name !== 'REMOVEFROM') || value?.type !== 'list') continue;
      for (let pair = 0; pair < value.items.length; pair += 2) {
        const place = Number(text(value.items[pair]));
        this.#change(list, name, place, uids(text(value.items[pair + 1])));
      }
    }
  }

  #change(list: number[], name: string, place: number, changed: readonly number[]): void {
    if (name === 'ADDTO') {
      if (place > 0) list.splice(place - 1, 0, ...changed);
      else list.push(...changed);
      if (place === 0) list.sort((left, right) => left - right);
      return;
    }
    for (const uid of changed) {
      const at = place === 0 ? list.indexOf(uid) : place - 1;
      assert.equal(list[at], uid, 'what goes was there');
      list.splice(at, 1);
    }
  }
}

const searches = [
  'UID SEARCH RETURN (ALL UPDATE) FLAGGED',
  'UID SORT RETURN (ALL UPDATE) (SUBJECT REVERSE SIZE) UTF-8 UNSEEN',
  'UID SORT RETURN (ALL UPDATE) (REVERSE ARRIVAL) UTF-8 OR FLAGGED SUBJECT "3"',
] as const;

async function disturb(client: ImapClient, below: (n: number) => number): Promise<void> {
  const flag = ['\\Flagged', '\\Seen', '\\Deleted'][below(3)] ?? '';
  const uid = 1 + below(40);
  switch (below(8)) {
    case 0:
      await client.command('EXPUNGE');
      break;
    case 1:
      await client.command(`UID MOVE ${uid} Trash`);
      break;
    case 2:
    case 3:
      await client.command(`APPEND INBOX {20+}\r\nSubject: ${below(9)}\r\n\r\n${'x'.repeat(6)}`);
      break;
    default:
      await client.command(`UID STORE ${uid}:${uid + 4} ${below(3) === 0 ? '-' : '+'}FLAGS.SILENT (${flag})`);
  }
}

test(`followed searches equal fresh ones after ${rounds} rounds of changes by the session itself and by another (RFC 5267 §4.3)`, async () => {
  await using imap = await startImapFixture();
  const below = random(7);
  await imap.deliver(
    Array.from({ length: 30 }, (_, at) => `Subject: ${(at * 5) % 9}\r\n\r\n${'y'.repeat(at)}\r\n`),
  );
  await using other = await imap.client();
  await using client = await imap.client();
  await other.ok('SELECT INBOX');
  await client.ok('SELECT INBOX');
  const results = new Results();
  client.onUntagged = response => results.hear(response);
  for (const search of searches) await client.ok(search);
  const followed = [...results.lists.keys()];
  assert.equal(followed.length, searches.length);
  for (let round = 0; round < rounds; round++) {
    await disturb(below(2) === 0 ? client : other, below);
    if (below(4) > 0) continue;
    await client.ok('NOOP');
    const told = followed.map(tag => [...(results.lists.get(tag) ?? [])]);
    const before = new Set(results.lists.keys());
    for (const search of searches) await client.ok(search.replace(' UPDATE', ''));
    const fresh = [...results.lists.keys()]
      .filter(tag => !before.has(tag))
      .map(tag => results.lists.get(tag));
    assert.deepEqual(told, fresh, `round ${round}`);
  }
});
