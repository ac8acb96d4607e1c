import assert from 'node:assert/strict';
import type { ImapResponse, ResponseValue } from '@hongyan/formats/imap/output/response.ts';
import type { ImapClient, ImapReply } from '@hongyan/testkit/imap-client.ts';

/** A random sequence that is the same each time. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function atom(value: ResponseValue | undefined): string {
  return value?.type === 'atom' ? value.text : '';
}

function uidsOf(set: string): number[] {
  return set.split(',').flatMap(range => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** What stands in a FETCH: UID, flags in order, MODSEQ. */
export function fetched(values: readonly ResponseValue[]): {
  uid: number;
  flags: string | null;
  modseq: number;
} {
  const items = values[0]?.type === 'list' ? values[0].items : [];
  const of = (name: string): ResponseValue | undefined =>
    items[items.findIndex(item => atom(item) === name) + 1];
  const flags = items.some(item => atom(item) === 'FLAGS') ? of('FLAGS') : undefined;
  const modseq = of('MODSEQ');
  return {
    uid: Number(atom(of('UID'))),
    flags: flags?.type === 'list' ? flags.items.map(atom).toSorted().join(' ') : null,
    modseq: modseq?.type === 'list' ? Number(atom(modseq.items[0])) : 0,
  };
}

/**
 * A client with a cache, as RFC 7162 §6 describes it: it believes VANISHED and FETCH, and notes a mod-sequence only when
 * nothing can have been kept from it.
 */
export class Cache {
  client: ImapClient;
  readonly mailbox: string;
  validity = '';
  /** What it would resynchronise from. */
  noted = 0;
  /** Messages in order; a UID of 0 is not known yet. */
  order: number[] = [];
  readonly flags: Map<number, string> = new Map();
  #highest = 0;

  /** `mailbox`: as it is written in SELECT. */
  constructor(client: ImapClient, mailbox: string = 'INBOX') {
    this.client = client;
    this.mailbox = mailbox;
    client.onUntagged = response => this.#hear(response);
  }

  #hear(response: ImapResponse): void {
    if (response.kind === 'status') {
      if (response.code?.name === 'UIDVALIDITY') this.validity = response.code.text;
      if (response.code?.name === 'HIGHESTMODSEQ') this.#highest = Number(response.code.text);
      return;
    }
    if (response.kind !== 'data') return;
    assert.notEqual(response.name, 'EXPUNGE');
    if (response.name === 'EXISTS') this.#exists(response.number ?? 0);
    else if (response.name === 'VANISHED') this.#vanished(response.values);
    else if (response.name === 'FETCH') this.#fetched(response.number ?? 0, response.values);
  }

  #exists(count: number): void {
    assert.ok(count >= this.order.length, 'EXISTS never shrinks a mailbox');
    while (this.order.length < count) this.order.push(0);
  }

  #vanished(values: readonly ResponseValue[]): void {
    const earlier = values[0]?.type === 'list';
    for (const uid of uidsOf(atom(values[earlier ? 1 : 0]))) {
      if (!earlier) this.order.splice(this.#placeOf(uid), 1);
      this.flags.delete(uid);
    }
  }

  /** Index of a message; of one whose UID was not told yet, that of a place between its neighbours. */
  #placeOf(uid: number): number {
    const at = this.order.indexOf(uid);
    if (at >= 0) return at;
    const unknown = this.order.indexOf(0, this.order.findLastIndex(known => known > 0 && known < uid) + 1);
    assert.ok(unknown >= 0, `VANISHED ${uid} names a message that was there`);
    return unknown;
  }

  #fetched(number: number, values: readonly ResponseValue[]): void {
    const { uid, flags, modseq } = fetched(values);
    const known = this.order[number - 1];
    assert.ok(known !== undefined, 'FETCH names a message that is there');
    assert.ok(known === 0 || uid === 0 || known === uid, `message ${number} was ${known} and is ${uid}`);
    if (uid > 0) this.order[number - 1] = uid;
    if (uid > 0 && flags !== null) this.flags.set(uid, flags);
    this.#highest = Math.max(this.#highest, modseq);
  }

  async run(command: string): Promise<ImapReply> {
    return this.client.command(command);
  }

  /** Selects, from what is in the cache if there is anything. */
  async select(known: string = ''): Promise<void> {
    this.order = [];
    await this.client.ok('ENABLE QRESYNC');
    const remembered = this.noted === 0 ? '' : ` (QRESYNC (${this.validity} ${this.noted}${known}))`;
    await this.client.ok(`SELECT ${this.mailbox}${remembered}`);
    const opened = this.#highest;
    if (this.noted === 0) await this.client.ok('UID FETCH 1:* (FLAGS)');
    else await this.#askForOrder();
    this.noted = opened;
  }

  /** The order of the UIDs alone; flags stay as the cache has them. */
  async #askForOrder(): Promise<void> {
    await this.client.ok('UID FETCH 1:* (UID)');
  }

  /** NOOP, and what is new; then the cache is up to date and may say so. */
  async checkpoint(): Promise<void> {
    const { order } = this;
    await this.client.ok('NOOP');
    const first = order.indexOf(0);
    if (first >= 0) await this.client.ok(`FETCH ${first + 1}:* (UID FLAGS MODSEQ)`);
    if (first < 0) this.noted = this.#highest;
  }
}

/** One random command of a client with a cache. */
export async function step(cache: Cache, below: (n: number) => number): Promise<void> {
  const count = cache.order.length;
  const some = (): string => `${1 + below(Math.max(count, 1))}:${1 + below(Math.max(count, 1))}`;
  const flags = ['\\Flagged', '\\Seen', '\\Deleted', 'todo', '\\Answered'];
  const flag = flags[below(flags.length)] ?? '';
  const sign = below(3) === 0 ? '-' : '+';
  const uid = cache.order[below(Math.max(count, 1))] || 1;
  switch (below(12)) {
    case 0:
    case 1:
      await cache.run(`STORE ${some()} ${sign}FLAGS (${flag})`);
      break;
    case 2:
      await cache.run(`UID STORE ${uid}:${uid + 3} ${sign}FLAGS.SILENT (${flag})`);
      // With .SILENT the answer leaves the flags to the client, which asks instead.
      await cache.run(`UID FETCH ${uid}:${uid + 3} (FLAGS)`);
      break;
    case 3:
      await cache.run('EXPUNGE');
      break;
    case 4:
      await cache.run(`UID EXPUNGE ${uid}:${uid + 5}`);
      break;
    case 5:
      await cache.run(`UID MOVE ${uid} Trash`);
      break;
    case 6:
      await cache.run(`UID COPY ${uid}:${uid + 2} ${cache.mailbox}`);
      break;
    case 7:
      await cache.run(`FETCH ${some()} (UID FLAGS MODSEQ)`);
      break;
    case 8:
      await cache.run('SEARCH UNSEEN');
      break;
    case 9:
      if (cache.noted > 0) await cache.run(`UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${cache.noted} VANISHED)`);
      break;
    default:
      await cache.checkpoint();
  }
}

/** Messages and flags of a mailbox as a client without a cache sees them. */
export async function truth(client: ImapClient, mailbox: string = 'INBOX'): Promise<Map<number, string>> {
  await client.ok(`SELECT ${mailbox}`);
  const { untagged } = await client.ok('UID FETCH 1:* (FLAGS)');
  const rows = untagged.flatMap(each =>
    each.kind === 'data' && each.name === 'FETCH' ? [fetched(each.values)] : [],
  );
  return new Map(rows.map(row => [row.uid, row.flags ?? '']));
}

/** Messages and flags in the order of UIDs, to be compared. */
export function sorted(flags: ReadonlyMap<number, string>): (readonly [number, string])[] {
  return [...flags].toSorted(([left], [right]) => left - right);
}
