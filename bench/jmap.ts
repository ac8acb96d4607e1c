// JMAP over HTTP in one process with its client: a page of a large mailbox, as it is and right after a change; how soon a
// mail is announced to an event source.
// Usage: node bench/jmap.ts [messages in the mailbox] [pages] [mails announced] [contacts]
import { hash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';
import { ownScope } from '../packages/server/src/access/scope.ts';
import { appendMessages } from '../packages/server/src/mailbox/append.ts';
import { openJmapHouse } from '../packages/testkit/src/jmap-house.ts';
import { percentile, table } from './lib/figures.ts';
import { benchMessage } from './lib/messages.ts';

const [messages = 100_000, pages = 200, announced = 50, cards = 10_000] = process.argv.slice(2).map(Number);
const slice = 500;

await using house = await openJmapHouse();
const { alice } = house.web;
await house.receive('alice@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
const scope = ownScope(alice);
const prepared = Array.from({ length: 500 }, (_, n) => {
  const body = benchMessage(n, 'alice@hongyan.test');
  return { size: body.length, summary: summarise(scanMessage(body)) };
});
// Bodies are not read by lists: the rows name bodies that no pack has.
const mailboxes = { ...house.mailboxes, blobs: { ...house.mailboxes.blobs, link: async () => undefined } };
for (let at = 0; at < messages; at += slice) {
  const some = Array.from({ length: Math.min(slice, messages - at) }, (_, n) => {
    const number = at + n;
    const { size = 0, summary } = prepared[number % prepared.length] ?? {};
    if (!summary) throw new Error('nothing prepared');
    return {
      blob: { hash: hash('sha256', String(number), 'buffer'), size },
      summary: { ...summary, messageId: `${number}@bench` },
      prefix: Buffer.alloc(250, 0x52),
      flags: { bits: 0, keywords: ['label-bench'] },
      receivedAt: Date.UTC(2020, 0, 1) + number * 60_000,
    };
  });
  await appendMessages(mailboxes, scope, 1, some);
}
const client = await house.client(alice);
const folders = (await client.call('Mailbox/get', { ids: null }))['list'] as Record<string, unknown>[];
const inMailbox = folders.find(folder => folder['role'] === 'inbox')?.['id'];

const rows: string[][] = [];
async function measure(
  name: string,
  count: number,
  run: (round: number) => Promise<number | null>,
): Promise<void> {
  const times: number[] = [];
  let cpu = 0;
  for (let round = 0; round < count; round += 1) {
    const before = process.cpuUsage();
    const started = performance.now();
    const own = await run(round);
    const { user, system } = process.cpuUsage(before);
    times.push(own ?? performance.now() - started);
    cpu += (user + system) / 1_000;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const figures = [percentile(sorted, 0.5), percentile(sorted, 0.95), cpu / count];
  rows.push([name, ...figures.map(figure => figure.toFixed(1))]);
  process.stdout.write(`${rows.at(-1)?.join(' | ')}\n`);
}

const properties = [
  'threadId',
  'mailboxIds',
  'keywords',
  'size',
  'receivedAt',
  'from',
  'to',
  'subject',
  'preview',
];
async function page(position: number): Promise<void> {
  const answer = await client.request([
    [
      'Email/query',
      {
        accountId: client.accountId,
        filter: { inMailbox },
        sort: [{ property: 'receivedAt', isAscending: false }],
        position,
        limit: 50,
      },
      'q',
    ],
    [
      'Email/get',
      {
        accountId: client.accountId,
        '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' },
        properties,
      },
      'g',
    ],
  ]);
  const { list } = (answer[1]?.args ?? { list: [] }) as { list: unknown[] };
  if (list.length !== Math.min(50, messages)) throw new Error('the page is not whole');
}

const some = ((await client.call('Email/query', { limit: 100 }))['ids'] as string[]) ?? [];
await page(0);
await measure(
  'query and get of 50',
  pages,
  async round => (await page((round * 50) % Math.max(1, messages - 50)), null),
);
await measure('the same right after a change', pages, async round => {
  const id = some[round % some.length] ?? '';
  await client.call('Email/set', { update: { [id]: { 'keywords/$flagged': round % 2 === 0 } } });
  const started = performance.now();
  await page(0);
  return performance.now() - started;
});

await client.call('Label/set', { create: { l: { name: 'Bench' } } });
await measure('Label/get, every mail labelled', 20, async () => {
  const { list } = await client.call('Label/get', { ids: null });
  const [label] = list as Record<string, unknown>[];
  if (Number(label?.['totalEmails']) < messages) throw new Error('the label does not count');
  return null;
});
const books = (await client.call('AddressBook/get', { ids: null }))['list'] as Record<string, unknown>[];
const book = String(books.find(one => one['isDefault'] === true)?.['id']);
const surnames = '张王李赵刘陈杨黄周吴';
for (let at = 0; at < cards; at += 500) {
  const create = Object.fromEntries(
    Array.from({ length: Math.min(500, cards - at) }, (_, n) => {
      const number = at + n;
      const name = { full: `${surnames[number % 10]}小${number}` };
      const emails = { e: { address: `person${number}@partner.example` } };
      return [
        `c${number}`,
        { '@type': 'Card', version: '1.0', name, emails, addressBookIds: { [book]: true } },
      ];
    }),
  );
  const answer = await client.call('ContactCard/set', { create });
  if (answer['notCreated']) throw new Error(JSON.stringify(answer['notCreated']).slice(0, 300));
}
const texts = ['zhang', '王', 'person77', 'lx5', 'nobody'];
await measure('ContactCard/query by text', 50, async round => {
  await client.call('ContactCard/query', { filter: { text: texts[round % texts.length] } });
  return null;
});
await measure('Recipient/suggest', 100, async round => {
  await client.call('Recipient/suggest', { text: texts[round % texts.length] ?? '', limit: 10 });
  return null;
});

/** Opens the member's event source. */
function listen(): Promise<IncomingMessage> {
  const url = new URL('/jmap/eventsource?types=*&closeafter=no&ping=0', house.url);
  const { authorization } = client;
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization }, agent: false }, resolve).on('error', reject);
  });
}

{
  const stream = await listen();
  let wake: () => void = () => undefined;
  stream.on('data', () => wake());
  await measure('mail announced after 250', announced, async round => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using delivery = house.acceptor.begin({
      kind: 'mx',
      principal: null,
      peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
      tls: null,
      protocol: 'ESMTP',
    });
    await delivery.sender('sender@outside.test', {});
    await delivery.recipient('alice@hongyan.test', {});
    await delivery.write(Buffer.from(`Subject: ${round}\r\n\r\nbody\r\n`));
    wake = resolve;
    await delivery.commit();
    const started = performance.now();
    await promise;
    const took = performance.now() - started;
    // What is told of the same mail later is not the next one's.
    await new Promise(done => setTimeout(done, 300));
    return took;
  });
  stream.destroy();
}
process.stdout.write(`\n${table(['', 'median ms', 'p95 ms', 'CPU ms each'], rows)}\n`);
process.stdout.write(`messages in the mailbox: ${messages}\n`);
