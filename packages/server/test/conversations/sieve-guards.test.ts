import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { isMailError, MailError } from '../../src/platform/errors.ts';
import { alice, bob, bring, fillForms, mail, openWith, replaceFilters } from '../flow-fixture/filtered.ts';
import type { House, HouseOptions } from '../flow-fixture/house.ts';

const ann = 'ann@hongyan.test';

const fromAnn = (text: string): string => text.replaceAll('ann@outside.test', ann);

/** Works on the queue until nothing is left that only has to wait. */
async function untilDone(house: House): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await house.dispatcher?.settled();
    house.clock.advance(600_000);
  }
  await house.dispatcher?.settled();
}

const junked = (forged: boolean): HouseOptions => ({
  context: { screenChecks: [() => Promise.resolve({ kind: 'junk', reason: 'test', forged })] },
});

test('vacation answers what came to an address of :addresses, and the same sender once whatever the case (RFC 5230 §4.2, §4.5)', async () => {
  await using house = await openWith('require "vacation"; vacation :addresses "All@outside.test" "away";');
  const member = await house.addUser(ann);
  for (const [subject, sender] of [
    ['one', ann],
    ['two', 'Ann@hongyan.test'],
  ] as const) {
    await house.submit(member, [bob], fromAnn(mail(subject, [], 'all@outside.test')), { sender });
    await house.dispatcher?.settled();
  }
  assert.equal((await house.folders(bob))['INBOX']?.length, 2);
  assert.equal((await house.messages(ann)).length, 1);
});

test('redirect to whom the message has been to already is a circle; it is kept (RFC 5228 §4.2)', async () => {
  await using house = await openWith(`redirect "${alice}";`);
  assert.equal(
    await bring(house, mail('one', [`Delivered-To: ${alice}`])),
    `script "main": not sent on to ${alice} (loop); filed in INBOX`,
  );
  assert.deepEqual(await house.messages(alice), []);
});

test('reject of junk tells nobody, proven or not (RFC 5429 §2.1)', async () => {
  await using house = await openWith('require "reject"; reject "no";', junked(false));
  const member = await house.addUser(ann);
  await house.submit(member, [bob, alice], fromAnn(mail('one')));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
  assert.deepEqual(await house.messages(ann), []);
});

test('a refusal is told once, however often the delivery has to be tried again', async () => {
  await using house = await openWith(
    'require ["reject","duplicate"]; if duplicate { stop; } reject "Please do not.";',
  );
  let failures = 2;
  replaceFilters(house, filters => ({
    async remember(scope, kind, key, ms) {
      if (kind === 'seen' && failures-- > 0) throw new MailError('store.busy');
      await filters.remember(scope, kind, key, ms);
    },
  }));
  const member = await house.addUser(ann);
  await house.submit(member, [bob, alice], fromAnn(mail('one')));
  await untilDone(house);
  assert.ok(failures <= 0);
  assert.equal((await house.messages(ann)).length, 1);
  assert.deepEqual(await house.folders(bob), {});
});

test('ten recipients are asked before a message is accepted; eleven, and groups, afterwards (RFC 5429 §2.1)', async () => {
  const no = 'require "ereject"; ereject "no";';
  await using house = await openWith(no);
  const many = Array.from({ length: 10 }, (_, n) => `p${n}@hongyan.test`);
  for (const address of many) {
    await house.addUser(address);
    await house.script(address, no);
  }
  const isRefused = (error: unknown): boolean => isMailError(error, 'message.refused');
  await assert.rejects(house.receive('ann@outside.test', many, mail('ten')), isRefused);
  await house.receive('ann@outside.test', [...many, bob], mail('eleven'));
  const scope = tenantScope(house.tenantId, 'test');
  const team = 'team@hongyan.test';
  await house.directory.createGroup(scope, { address: team, members: [bob], posting: 'anyone' });
  await house.receive('ann@outside.test', [team], mail('group'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { Junk: ['0', '0'] });
});

test('who has mail sent on to somebody that refuses it hears of it; the redirect itself is done (RFC 5429 §2.1)', async () => {
  await using house = await openWith(`if header :is "subject" "one" { redirect "${alice}"; }`);
  await house.script(alice, 'require "reject"; reject "Not to me.";');
  assert.match(await bring(house, mail('one')), /: sent on to alice@hongyan\.test as \S+$/);
  await house.dispatcher?.settled();
  const [told = '', ...more] = await house.messages(bob);
  assert.equal(more.length, 0);
  assert.match(told, /report-type=disposition-notification/);
  assert.deepEqual(await house.folders(alice), {});
});

test('keywords for which there is no room are left out, the mail is filed (RFC 5232 §2)', async () => {
  await using house = await openWith(
    'require ["imap4flags","fileinto"]; fileinto :flags ["\\\\Flagged","Much"] "Junk";',
  );
  Object.assign(house.mailbox, { limits: { ...house.mailbox.limits, maxKeywords: 0 } });
  assert.equal(await bring(house, mail('one')), 'script "main": filed in Junk');
  assert.deepEqual(await house.folders(bob), { Junk: ['4'] });
});

test('what a script edits beyond the size of a message is filed as it came (RFC 5293)', async () => {
  await using house = await openWith(
    `require "editheader"; addheader "X-Long" "${'long '.repeat(200)}"; keep;`,
  );
  Object.assign(house.mailbox, { limits: { ...house.mailbox.limits, maxMessageBytes: 1_000 } });
  await bring(house, mail('one'));
  const [filed = ''] = await house.messages(bob);
  assert.ok(filed.endsWith(mail('one')));
  assert.doesNotMatch(filed, /X-Long/);
});

test('a store that is away for a moment lets the delivery wait: the script runs later (RFC 5228 §2.10.6)', async () => {
  await using house = await openWith(
    'require ["fileinto","duplicate"]; if duplicate { stop; } fileinto "Junk";',
  );
  let failures = 2;
  replaceFilters(house, filters => ({
    async isKnown(scope, kind, key) {
      if (kind === 'seen' && failures-- > 0) throw new MailError('store.busy');
      return filters.isKnown(scope, kind, key);
    },
  }));
  await house.receive('ann@outside.test', [bob], mail('one'));
  await untilDone(house);
  assert.ok(failures <= 0);
  assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
});

const star = 'require "imap4flags"; addflag "\\\\Flagged"; keep;';

test('FLT-01: rules are for mail in the inbox: junk meets none', async () => {
  await using house = await openWith('keep;', junked(false));
  fillForms(house, [], star);
  await bring(house, mail('one'));
  assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
});

test('FLT-02: the sender of the envelope is looked for, too', async () => {
  await using house = await openWith('keep;');
  fillForms(house, [{ kind: 'block', value: 'envelope.test' }], star);
  await bring(house, mail('one'), 'bounce@envelope.test');
  await bring(house, mail('two'));
  assert.deepEqual(await house.folders(bob), { INBOX: ['4'], Junk: ['0'] });
});

test('FLT-03: who is welcome comes to the inbox though it looks like spam, but nobody in a borrowed name (RFC 7489 §6.3)', async () => {
  const welcome = [{ kind: 'allow', value: 'outside.test' }];
  for (const forged of [false, true]) {
    await using house = await openWith('keep;', junked(forged));
    fillForms(house, welcome, star);
    await bring(house, mail('one'));
    assert.deepEqual(await house.folders(bob), forged ? { Junk: ['0'] } : { INBOX: ['4'] });
  }
});

test('SET-11: where a form answers, a script does not answer as well', async () => {
  await using house = await openWith('require "vacation"; vacation "from the script";');
  fillForms(house, [], 'require "vacation"; vacation "from the form"; keep;');
  const member = await house.addUser(ann);
  await house.submit(member, [bob], fromAnn(mail('one')));
  await house.dispatcher?.settled();
  const [answer = '', ...more] = await house.messages(ann);
  assert.equal(more.length, 0);
  assert.match(answer, /from the form/);
});
