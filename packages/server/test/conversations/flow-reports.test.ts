import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { tenantScope } from '../../src/access/scope.ts';
import { MailError } from '../../src/platform/errors.ts';
import { type House, type HouseOptions, openHouse } from '../flow-fixture/house.ts';

const plain =
  'From: alice@hongyan.test\r\nSubject: 季度报告\r\nMessage-ID: <one@hongyan.test>\r\n\r\nHello.\r\n';

/** A house whose mailbox of bob refuses everything with `error`. */
async function bobRefuses(error: MailError, options: HouseOptions = {}): Promise<House> {
  return openHouse({
    ...options,
    wrapMailboxes: door => ({
      ...door,
      deliver: async (tenant, account, id, folder, message) => {
        if (Buffer.from(message.prefix).includes('Delivered-To: bob@')) throw error;
        return door.deliver(tenant, account, id, folder, message);
      },
    }),
  });
}

interface ParsedReport {
  readonly subject: string;
  readonly human: string;
  readonly status: string;
  readonly types: string[];
  readonly returned: string;
  readonly raw: string;
}

async function parse(raw: string): Promise<ParsedReport> {
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'utf8' });
  const texts = mail.attachments.map(part => (typeof part.content === 'string' ? part.content : ''));
  return {
    subject: mail.subject ?? '',
    human: mail.text ?? '',
    status: texts[0] ?? '',
    returned: texts[1] ?? '',
    types: mail.attachments.map(part => part.mimeType),
    raw,
  };
}

test('a failed delivery is reported to our own sender with the original header (RFC 3464, RFC 3461 §6)', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  const queueId = await house.submit(alice, ['bob@hongyan.test'], plain, {
    options: { envid: 'QQ+2B1' },
    recipient: { orcpt: 'rfc822;Bob+40hongyan.test', notify: ['FAILURE'] },
  });
  await dispatcher.settled();
  const [raw = '', ...more] = await house.messages('alice@hongyan.test');
  assert.equal(more.length, 0);
  const report = await parse(raw);
  assert.match(raw, /^Return-Path: <>\r\n/);
  assert.match(raw, /\r\nContent-Type: multipart\/report; report-type=delivery-status;/);
  assert.match(raw, /\r\nAuto-Submitted: auto-replied\r\n/);
  assert.match(raw, /\r\nReferences: <one@hongyan\.test>\r\n/);
  assert.equal(report.subject, '未送达：季度报告 / Not delivered: 季度报告');
  assert.ok(report.human.includes('收件地址不存在') && report.human.includes('there is no such address'));
  assert.ok(report.human.includes('bob@hongyan.test') && report.human.includes(queueId));
  assert.deepEqual(report.types, ['message/delivery-status', 'text/rfc822-headers']);
  for (const line of [
    'Original-Envelope-Id: QQ+1',
    'Reporting-MTA: dns; mail.hongyan.test',
    'Original-Recipient: rfc822;Bob@hongyan.test',
    'Final-Recipient: rfc822; bob@hongyan.test',
    'Action: failed',
    'Status: 5.1.1',
  ]) {
    assert.ok(report.status.split(/\r?\n/).includes(line), `${line} in\n${report.status}`);
  }
  assert.ok(report.returned.includes('Message-ID: <one@hongyan.test>'));
  assert.ok(!report.returned.includes('Hello.'));
  assert.deepEqual(house.trace.map(event => event.kind).slice(0, 2), ['accepted', 'failed']);
  assert.ok(house.trace.some(event => event.kind === 'notified'));
  assert.equal(await house.context.spool.nextDue('local'), null);
});

test('RET=FULL returns the message, as long as it is not too large (RFC 3461 §6.2)', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'), {
    limits: { maxReturnedBytes: 2000 },
  });
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain, { options: { ret: 'FULL' } });
  await dispatcher.settled();
  await house.submit(alice, ['bob@hongyan.test'], `${plain}${'x'.repeat(2000)}`, {
    options: { ret: 'FULL' },
  });
  await dispatcher.settled();
  const reports = await Promise.all((await house.messages('alice@hongyan.test')).map(parse));
  assert.deepEqual(
    reports.map(report => report.types[1]),
    ['message/rfc822', 'text/rfc822-headers'],
  );
  assert.ok(reports[0]?.raw.includes('\r\n\r\nHello.\r\n\r\n--report-'));
});

test('NOTIFY decides: NEVER and DELAY hear of no failure, SUCCESS hears of delivery (RFC 3461 §4.1)', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  for (const name of ['bob', 'carol']) await house.addUser(`${name}@hongyan.test`);
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain, { recipient: { notify: ['NEVER'] } });
  await house.submit(alice, ['bob@hongyan.test'], plain, { recipient: { notify: ['DELAY'] } });
  await house.submit(alice, ['carol@hongyan.test'], plain, { recipient: { notify: ['FAILURE'] } });
  await dispatcher.settled();
  assert.deepEqual(await house.messages('alice@hongyan.test'), []);
  await house.submit(alice, ['carol@hongyan.test'], plain, { recipient: { notify: ['SUCCESS'] } });
  await dispatcher.settled();
  const [raw = ''] = await house.messages('alice@hongyan.test');
  const report = await parse(raw);
  assert.match(report.subject, /^已送达：/);
  assert.match(report.status, /Action: delivered\r?\nStatus: 2\.0\.0/);
});

test('a group reports its expansion once, its members only failures (RFC 3461 §5.2.7.3 (c))', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  for (const name of ['bob', 'carol']) await house.addUser(`${name}@hongyan.test`);
  await house.directory.createGroup(tenantScope(house.tenantId, 'test'), {
    address: 'team@hongyan.test',
    displayName: 'Team',
    members: ['bob@hongyan.test', 'carol@hongyan.test'],
  });
  const dispatcher = house.start();
  await house.submit(alice, ['team@hongyan.test'], plain, { recipient: { notify: ['SUCCESS', 'FAILURE'] } });
  await dispatcher.settled();
  const reports = await Promise.all((await house.messages('alice@hongyan.test')).map(parse));
  const actions = reports.map(report => /Action: (\w+)/.exec(report.status)?.[1] ?? '').toSorted();
  assert.deepEqual(actions, ['expanded', 'failed']);
  assert.ok(reports.every(report => report.status.includes('Final-Recipient: rfc822; team@hongyan.test')));
});

test('never a report about a report, nor to a sender outside whom anybody could have named', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'), {
    reports: { postmaster: 'alice@hongyan.test' },
  });
  await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.receive('', ['bob@hongyan.test'], plain);
  await house.receive('forged@outside.test', ['bob@hongyan.test'], plain);
  await dispatcher.settled();
  const notes = house.trace.filter(event => event.kind === 'unreported').map(event => event.note ?? '');
  assert.deepEqual(notes.toSorted(), ['double bounce', 'sender outside']);
  const told = await Promise.all((await house.messages('alice@hongyan.test')).map(parse));
  assert.equal(told.length, 2, 'the postmaster hears of both');
  assert.ok(told.some(report => report.human.includes('forged@outside.test')));
});

test('a receipt with a null reverse-path that fails is not reported, though it is our own (RFC 8098 §3)', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain, { sender: '' });
  await dispatcher.settled();
  const kinds = house.trace.map(event => event.kind);
  assert.deepEqual(kinds, ['accepted', 'failed', 'unreported']);
});

test('the postmaster is not told that the postmaster cannot be told', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'), {
    reports: { postmaster: 'bob@hongyan.test' },
  });
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.receive('', ['bob@hongyan.test'], plain);
  await dispatcher.settled();
  assert.equal(await house.context.spool.nextDue('local'), null);
  assert.equal(house.trace.filter(event => event.kind === 'accepted').length, 1);
});

test('a full mailbox returns the message or waits, as configured (RFC 3463 X.2.2)', async () => {
  for (const fullMailbox of ['return', 'retry'] as const) {
    await using house = await bobRefuses(new MailError('quota.exceeded'), { limits: { fullMailbox } });
    const alice = await house.addUser('alice@hongyan.test');
    await house.addUser('bob@hongyan.test');
    const dispatcher = house.start();
    await house.submit(alice, ['bob@hongyan.test'], plain);
    await dispatcher.settled();
    const reports = await house.messages('alice@hongyan.test');
    assert.equal(reports.length, fullMailbox === 'return' ? 1 : 0);
    assert.equal((await house.context.spool.nextDue('local')) === null, fullMailbox === 'return');
  }
});

test('a delay is reported once after 4 h, the end after 5 days (RFC 3461 §5.2.5, RFC 5321 §4.5.4.1)', async () => {
  await using house = await bobRefuses(new MailError('store.unavailable'));
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain);
  await house.submit(alice, ['bob@hongyan.test'], plain, { recipient: { notify: ['NEVER'] } });
  const hour = 3_600_000;
  const start = house.clock.now();
  const pass = async (until: number): Promise<void> => {
    while (house.clock.now() < until) {
      house.clock.advance(Math.min(hour / 2, until - house.clock.now()));
      await dispatcher.settled();
    }
  };
  await dispatcher.settled();
  await pass(start + 4 * hour - 1);
  assert.deepEqual(await house.messages('alice@hongyan.test'), []);
  await pass(start + 24 * hour);
  const [delay = '', ...none] = await house.messages('alice@hongyan.test');
  assert.equal(none.length, 0);
  const delayed = await parse(delay);
  assert.match(delayed.status, /Action: delayed\r?\nStatus: 4\.3\.0/);
  assert.match(delayed.status, /Will-Retry-Until: Tue, 6 Jan 2026 00:00:00 \+0000/);
  await pass(start + 121 * hour);
  const [, end = '', ...others] = await house.messages('alice@hongyan.test');
  assert.equal(others.length, 0);
  assert.match((await parse(end)).status, /Action: failed\r?\nStatus: 5\.4\.7/);
  assert.ok(house.trace.some(event => event.kind === 'expired'));
  assert.equal(await house.context.spool.nextDue('local'), null);
});

test('a delay is reported when it is due, however long the next attempt is away (RFC 3461 §5.2.5)', async () => {
  const hour = 3_600_000;
  await using house = await bobRefuses(new MailError('store.unavailable'), {
    limits: { localBackoffMs: [10 * hour] },
  });
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain);
  await dispatcher.settled();
  house.clock.advance(4 * hour);
  await dispatcher.settled();
  assert.equal((await house.messages('alice@hongyan.test')).length, 1);
});

test('what another process has taken over meanwhile is reported by that one', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  Object.assign(house.context.spool, { renew: () => Promise.resolve([]) });
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain);
  await dispatcher.settled();
  assert.deepEqual(
    house.trace.map(({ kind }) => kind),
    ['accepted', 'failed'],
  );
});

test('what had to travel encrypted is not sent back in full (RFC 8689 §5)', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['bob@hongyan.test'], plain, { options: { ret: 'FULL', requireTls: true } });
  await dispatcher.settled();
  const [raw = ''] = await house.messages('alice@hongyan.test');
  assert.equal((await parse(raw)).types[1], 'text/rfc822-headers');
});

test('addresses in UTF-8 are reported in the media types of RFC 6533', async () => {
  await using house = await bobRefuses(new MailError('account.not_found'));
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  await house.directory.createGroup(tenantScope(house.tenantId, 'test'), {
    address: '团队@hongyan.test',
    displayName: '团队',
    members: ['bob@hongyan.test'],
  });
  const dispatcher = house.start();
  await house.submit(alice, ['团队@hongyan.test'], `From: alice@hongyan.test\r\nSubject: 原文\r\n\r\nx\r\n`, {
    options: { smtputf8: true },
    recipient: { orcpt: 'utf-8;\\x{56E2}\\x{961F}@hongyan.test' },
  });
  await dispatcher.settled();
  const [raw = ''] = await house.messages('alice@hongyan.test');
  assert.ok(raw.includes('Content-Type: message/global-delivery-status'), raw);
  assert.ok(raw.includes('Original-Recipient: utf-8;团队@hongyan.test\r\n'));
  assert.ok(raw.includes('Final-Recipient: utf-8; 团队@hongyan.test\r\n'));
  assert.ok(raw.includes('Content-Type: message/global-headers'));
});
