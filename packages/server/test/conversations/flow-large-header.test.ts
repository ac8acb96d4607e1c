import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, isMailError, type MailError } from '../../src/platform/errors.ts';
import { errorReply } from '../../src/protocols/smtp/error-reply.ts';
import { openHouse } from '../flow-fixture/house.ts';
import { mail, openScreened } from '../screening-fixture/screened.ts';

const bob = 'bob@hongyan.test';

/** A mail whose From, of a domain that asks to refuse what is not proven, stands behind `before`. */
function hidden(before: string): string {
  return before + mail('boss@reject.test');
}

const padded = (bytes: number): string => `X-Pad: 1\r\n${' '.repeat(70)}\r\n`.repeat(Math.ceil(bytes / 82));

async function refused(work: Promise<unknown>, code: ErrorCode): Promise<MailError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(isMailError(error, code), `${code}, not ${String(error)}`);
  return error;
}

test('RFC 7489 §6.6, RFC 1870 §6.2: a header too large for its signatures to be checked is refused at the door', async () => {
  await using scene = await openScreened();
  const work = scene.house.receive(
    'boss@reject.test',
    [bob],
    hidden(`X-Pad: ${'x'.repeat(1024 * 1024)}\r\n`),
  );
  const error = await refused(work, 'message.header_too_large');
  assert.equal(errorReply(error).text, '552 5.3.4 Message header too large\r\n');
  assert.equal(await scene.house.countBodies(), 0);
  // Just under the limit the policy is asked for.
  await refused(
    scene.house.receive('boss@reject.test', [bob], hidden(`X-Pad: ${'x'.repeat(900_000)}\r\n`)),
    'message.refused',
  );
});

for (const [why, before] of [
  ['more than 1 MB', `X-Pad: ${'x'.repeat(1024 * 1024)}\r\n`],
  ['more than 10,000 fields', 'A:\r\n'.repeat(10_000)],
  ['another author in front of more than 10,000 fields', `From: ann@good.test\r\n${'A:\r\n'.repeat(10_000)}`],
] as const) {
  test(`RFC 7489 §6.6.1: a From behind a header that is not read whole is never filed in the inbox: ${why}`, async () => {
    await using scene = await openScreened({}, { house: { limits: { maxHeaderBytes: 8 * 1024 * 1024 } } });
    const { house } = scene;
    const dispatcher = house.start();
    await house.receive('ann@good.test', [bob], hidden(before));
    await dispatcher.settled();
    assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
  });
}

test('RFC 6409 §6.1: no member writes in another name behind a header that is not read whole', async () => {
  await using house = await openHouse();
  const ann = await house.addUser('ann@hongyan.test');
  await house.addUser(bob);
  for (const before of ['A:\r\n'.repeat(10_001), padded(300_000)])
    await refused(house.submit(ann, [bob], hidden(before)), 'message.header_too_large');
  // A large header within, of an attached mail, is no reason.
  const attached = `Content-Type: message/rfc822\r\n\r\n${padded(300_000)}\r\nx\r\n`;
  await house.submit(ann, [bob], `From: ann@hongyan.test\r\n${attached}`);
});
