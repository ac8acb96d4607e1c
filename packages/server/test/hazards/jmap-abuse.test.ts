import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { defaultJmapLimits } from '@hongyan/formats/jmap/limits.ts';
import type { JmapCall, JmapClient, JmapResponse } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { methods } from '../../src/protocols/jmap/registry.ts';

let house: JmapHouse;
let client: JmapClient;
const using = Object.values(Capability);

before(async () => {
  house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'From: a@b.test\r\nSubject: hello\r\n\r\nbody\r\n');
  client = await house.client(house.web.alice);
});

after(() => house[Symbol.asyncDispose]());

/** Method-level errors of RFC 8620 §3.6.2 and of the methods themselves that a client's fault may end in. */
const clientFaults: ReadonlySet<unknown> = new Set([
  'invalidArguments',
  'accountNotFound',
  'accountNotSupportedByMethod',
  'accountReadOnly',
  'anchorNotFound',
  'cannotCalculateChanges',
  'forbidden',
  'fromAccountNotFound',
  'fromAccountNotSupportedByMethod',
  'invalidResultReference',
  'requestTooLarge',
  'stateMismatch',
  'tooManyChanges',
  'unknownDataType',
  'unsupportedFilter',
  'unsupportedSort',
]);

/** Arguments that some method takes. What a method does not know it has to refuse as well. */
const names = `
  ids properties filter sort position anchor anchorOffset limit calculateTotal create update
  destroy ifInState sinceState sinceQueryState maxChanges upToId fromAccountId blobIds emails
  typeNames emailIds blobId text mailboxId rule send identityId onSuccessUpdateEmail
  onSuccessDestroyEmail onSuccessActivateScript collapseThreads bodyProperties maxBodyValueBytes
  addressBookId version surplus onDestroyRemoveEmails sortAsTree filterAsTree offset length
  address domain
`
  .trim()
  .split(/\s+/);

const deep = (): unknown => {
  let value: unknown = 'x';
  for (let level = 0; level < 40; level += 1) value = level % 2 ? [value] : { conditions: value };
  return value;
};

const values: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  9_007_199_254_740_991,
  '',
  'constructor',
  'x'.repeat(300),
  [],
  [null],
  [[['e1']]],
  ['#none', '__proto__', 'e99999999999999999'],
  {},
  { __proto__x: {}, constructor: null },
  { k: null },
  { k: [] },
  { k: {} },
  { '#k': { 'keywords/$seen': true, a: 1 } },
  { operator: 'NOT', conditions: [{ operator: 'AND', conditions: [] }] },
  { operator: 'XOR', conditions: 7 },
  deep(),
];

const inPieces = function* <T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
};

async function answers(calls: readonly JmapCall[]): Promise<JmapResponse[]> {
  const all: JmapResponse[] = [];
  for (const piece of inPieces(calls, defaultJmapLimits.maxCallsInRequest)) {
    all.push(...(await client.request(piece, { using })));
  }
  return all;
}

/** No answer blames the server. */
function requireSane(responses: readonly JmapResponse[], calls: readonly JmapCall[]): void {
  for (const { name, args, callId } of responses) {
    if (name !== 'error') {
      const text = JSON.stringify(args);
      assert.ok(
        !text.includes('"serverFail"'),
        `${callId}: ${JSON.stringify(calls[Number(callId)])} ${text}`,
      );
      continue;
    }
    const call = JSON.stringify(calls[Number(callId)])?.slice(0, 500);
    assert.ok(clientFaults.has(args['type']), `${JSON.stringify(args)} for ${call}`);
  }
}

for (const name of methods.keys()) {
  test(`${name}: wrong types in every argument end in an error of RFC 8620 §3.6.2, never in serverFail`, async () => {
    const calls: JmapCall[] = [];
    for (const argument of names) {
      for (const value of values) calls.push([name, { [argument]: value }, String(calls.length)]);
    }
    for (const value of values) calls.push([name, { accountId: value }, String(calls.length)]);
    for (const path of ['/ids', '/list/*/id', '/*/*/*', '', '/~2', '/ids/99999999999999999999']) {
      const reference = { resultOf: '0', name, path };
      calls.push([name, { '#ids': reference, '#accountId': reference }, String(calls.length)]);
    }
    const responses = await answers(calls);
    assert.ok(responses.length >= calls.length);
    requireSane(responses, calls);
    assert.deepEqual(house.complaints, []);
  });
}

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `x${index}`);

for (const name of methods.keys()) {
  const [, verb = ''] = name.split('/');
  if (verb !== 'get' && verb !== 'set') continue;
  test(`${name}: more objects than the session announces are requestTooLarge (RFC 8620 §5.1, §5.3)`, async () => {
    const { maxObjectsInGet, maxObjectsInSet } = defaultJmapLimits;
    const core = client.session.capabilities[Capability.Core];
    assert.deepEqual(
      [core?.['maxObjectsInGet'], core?.['maxObjectsInSet']],
      [maxObjectsInGet, maxObjectsInSet],
    );
    const calls: JmapCall[] =
      verb === 'get'
        ? [[name, { ids: many(maxObjectsInGet + 1) }]]
        : [
            [name, { destroy: many(maxObjectsInSet + 1) }],
            [name, { create: Object.fromEntries(many(maxObjectsInSet + 1).map(id => [id, {}])) }],
            [name, { update: Object.fromEntries(many(maxObjectsInSet + 1).map(id => [id, {}])) }],
          ];
    // Search snippets, blobs and the like name what they are asked for differently.
    const types = (await answers(calls)).map(({ args }) => args['type']);
    for (const type of types) {
      assert.ok(type === 'requestTooLarge' || (verb === 'get' && type === 'invalidArguments'), String(type));
    }
  });
}

test('RFC 8620 §3.7: references that feed on each other stay bounded, whatever the method', async () => {
  const list = many(500);
  const calls: JmapCall[] = [['Core/echo', { list }, '0']];
  for (let at = 1; at < 60; at += 1) {
    const reference = { resultOf: String(at - 1), name: 'Core/echo', path: '/list' };
    calls.push(['Core/echo', { '#list': reference, [`own${at}`]: [] }, String(at)]);
  }
  const responses = await client.request(calls, { using });
  assert.equal(responses.length, 60);
  const wide = Array.from({ length: 150 }, () => ({ list: many(150) }));
  const [, spread] = await client.request(
    [
      ['Core/echo', { wide }, 'a'],
      ['Core/echo', { '#all': { resultOf: 'a', name: 'Core/echo', path: '/wide/*/list' } }, 'b'],
    ],
    { using },
  );
  assert.equal(spread?.args['type'], 'invalidResultReference');
});
