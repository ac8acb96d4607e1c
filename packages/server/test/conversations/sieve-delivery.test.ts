import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { setback } from '../../src/flow/outcome.ts';
import { isMailError, MailError } from '../../src/platform/errors.ts';
import { alice, bob, bring, mail, openWith } from '../flow-fixture/filtered.ts';

test('fileinto, :create, :copy, flags and keep each file once; what has no folder is filed in INBOX (RFC 5228 §4.1, 5490 §3.2, 5232 §5, 3894)', async () => {
  await using house = await openWith(`require ["fileinto","mailbox","copy","imap4flags","special-use"];
    fileinto :create :flags ["\\\\Seen","$Work"] "Work/项目";
    fileinto :copy "Work/项目";
    fileinto "Nowhere";
    addflag "\\\\Flagged";
    fileinto :specialuse "\\\\Junk" "Other";
    keep;`);
  const text = await bring(house, mail('one'));
  assert.equal(text, 'script "main": filed in Work/项目; filed in INBOX; filed in Junk');
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'], 'Work/项目': ['1 $Work'], Junk: ['4'] });
});

test('discard keeps nothing and says so in the trace (RFC 5228 §4.4)', async () => {
  await using house = await openWith('if header "subject" "one" { discard; }');
  assert.equal(await bring(house, mail('one')), 'script "main": discarded by the filter script');
  assert.deepEqual(await house.folders(bob), {});
  await bring(house, mail('two'));
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'] });
});

test('a script that fails keeps the message and leaves a note (RFC 5228 §2.10.6)', async () => {
  await using house = await openWith(
    'require ["fileinto","variables","include"]; fileinto "Junk"; include "none";',
  );
  const text = await bring(house, mail('one'));
  assert.match(
    text,
    /^filed in INBOX; the filter script "main" failed: run_include_missing at 1:\d+ name="none"$/,
  );
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'] });
});

test('the envelope, the body and the plus part are there to be asked (RFC 5228 §5.4, 5173, 5233)', async () => {
  await using house =
    await openWith(`require ["fileinto","envelope","body","subaddress","mailbox","environment"];
    if allof (envelope :detail "to" "news", envelope "from" "ann@outside.test", body :contains "hello",
      environment "remote-ip" "192.0.2.7", size :under 10K) { fileinto :create "News"; }`);
  await bring(house, mail('one'), 'ann@outside.test', 'bob+news@hongyan.test');
  assert.deepEqual(await house.folders(bob), { News: ['0'] });
});

test('redirect goes through the queue in the owner’s name; the null sender stays null; a circle ends in the inbox (RFC 5228 §4.2)', async () => {
  await using house = await openWith(`redirect "${alice}";`);
  await house.script(alice, `redirect "${bob}";`);
  const text = await bring(house, mail('one'));
  assert.match(text, /^script "main": sent on to alice@hongyan\.test as \S+$/);
  assert.deepEqual(await house.folders(bob), {});
  const [copy = '', ...others] = await house.messages(alice);
  assert.equal(others.length, 0);
  assert.match(copy, /^Return-Path: <bob@hongyan\.test>\r\nDelivered-To: alice@hongyan\.test\r\n/);
  assert.match(copy, /\r\nDelivered-To: bob@hongyan\.test\r\n/);
  assert.ok(copy.endsWith(mail('one')));
  await bring(house, mail('two'), '');
  assert.match((await house.messages(alice))[1] ?? '', /^Return-Path: <>\r\n/);
});

test('a copy that nobody takes is kept (RFC 5228 §2.10.6)', async () => {
  await using house = await openWith('redirect "nobody@hongyan.test";');
  assert.match(
    await bring(house, mail('one')),
    /could not send on to nobody@hongyan\.test: recipient\.unknown; filed in INBOX/,
  );
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'] });
});

test('a delivery that is tried again does everything once', async () => {
  let failures = 2;
  await using house = await openWith(
    `require ["fileinto","copy","vacation","duplicate"]; if duplicate { discard; stop; }
     keep; redirect :copy "${alice}"; fileinto "Junk"; vacation :addresses "${bob}" "away";`,
    {
      wrapMailboxes: door => ({
        ...door,
        async deliver(tenant, account, id, folder, message) {
          const result = await door.deliver(tenant, account, id, folder, message);
          // The first copy of bob is filed, then the store goes away.
          if (Buffer.from(message.prefix).includes('Delivered-To: bob@') && failures-- > 0)
            throw new MailError('store.unavailable');
          return result;
        },
      }),
    },
  );
  const ann = await house.addUser('ann@hongyan.test');
  await house.submit(ann, [bob], mail('one').replaceAll('ann@outside.test', 'ann@hongyan.test'));
  for (let i = 0; i < 4; i++) {
    await house.dispatcher?.settled();
    house.clock.advance(600_000);
  }
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'], Junk: ['0'] });
  assert.equal((await house.messages(alice)).length, 1);
  assert.equal((await house.messages('ann@hongyan.test')).length, 1);
});

test('duplicate: the second message of one identity is told from the first (RFC 7352)', async () => {
  await using house = await openWith('require ["duplicate","fileinto"]; if duplicate { fileinto "Junk"; }');
  await bring(house, mail('one'));
  await bring(house, mail('one'));
  await bring(house, mail('two'));
  assert.deepEqual(await house.folders(bob), { INBOX: ['0', '0'], Junk: ['0'] });
});

test('vacation answers once a period, from the owner, to the envelope’s sender (RFC 5230 §4.2, RFC 3834 §3)', async () => {
  await using house = await openWith('require "vacation"; vacation :days 7 "我在休假。";');
  const ann = await house.addUser('ann@hongyan.test');
  const send = async (subject: string): Promise<void> => {
    await house.submit(ann, [bob], mail(subject).replaceAll('ann@outside.test', 'ann@hongyan.test'));
    await house.dispatcher?.settled();
  };
  await send('one');
  await send('two');
  assert.equal((await house.folders(bob))['INBOX']?.length, 2);
  const [raw = '', ...more] = await house.messages('ann@hongyan.test');
  assert.equal(more.length, 0);
  assert.match(raw, /^Return-Path: <>\r\n/);
  const answer = await PostalMime.parse(raw);
  assert.equal(answer.from?.address, bob);
  assert.equal(answer.subject, 'Automatic reply: one');
  assert.equal(answer.inReplyTo, '<one@outside.test>');
  assert.equal(answer.text?.trim(), '我在休假。');
  assert.equal(
    answer.headers.find(field => field.key === 'auto-submitted')?.value,
    'auto-replied (vacation)',
  );
  house.clock.advance(8 * 86_400_000);
  await send('three');
  assert.equal((await house.messages('ann@hongyan.test')).length, 2);
});

const unanswered: readonly (readonly [why: string, message: string, from?: string])[] = [
  ['null sender', mail('a'), ''],
  ['list', mail('a', ['List-Id: <l.outside.test>'])],
  ['bulk', mail('a', ['Precedence: bulk'])],
  ['automatic', mail('a', ['Auto-Submitted: auto-generated'])],
  ['suppressed', mail('a', ['X-Auto-Response-Suppress: OOF, AutoReply'])],
  ['system sender', mail('a'), 'owner-list@outside.test'],
  ['system sender', mail('a'), 'MAILER-DAEMON@outside.test'],
  ['own', mail('a'), bob],
  ['not addressed to the owner', mail('a', [], 'all@outside.test')],
];

test('vacation never answers lists, bulk mail, programs, the owner, or what was sent to others (RFC 5230 §4.5, §4.6, RFC 3834 §2)', async () => {
  await using house = await openWith('require "vacation"; vacation "away";');
  for (const [why, message, from] of unanswered) {
    const text = await bring(house, message, from);
    assert.equal(text, `script "main": filed in INBOX; not answered (${why})`);
  }
  assert.ok(
    house.trace.every(
      event => event.kind !== 'accepted' || event.sender !== '' || event.note?.startsWith('ESMTP'),
    ),
  );
});

test('vacation :mime sends the entity as it is, without other fields; :from only of the owner (RFC 5230 §4.3, §4.4)', async () => {
  await using house =
    await openWith(`require "vacation"; vacation :mime :from "Boss <boss@elsewhere.test>" :subject "离开" text:
Content-Type: text/html; charset=utf-8
To: victim@elsewhere.test

<b>away</b>
.
;`);
  const ann = await house.addUser('ann@hongyan.test');
  await house.submit(ann, [bob], mail('one').replaceAll('ann@outside.test', 'ann@hongyan.test'));
  await house.dispatcher?.settled();
  const [raw = ''] = await house.messages('ann@hongyan.test');
  const answer = await PostalMime.parse(raw);
  assert.equal(answer.html?.trim(), '<b>away</b>');
  assert.equal(answer.subject, '离开');
  assert.equal(answer.from?.address, bob);
  assert.deepEqual(
    answer.to?.map(one => one.address),
    ['ann@hongyan.test'],
  );
});

test('reject tells the sender by a disposition notification and files nothing (RFC 5429 §2.2, RFC 8098)', async () => {
  await using house = await openWith('require "reject"; reject "Please do not write to me.";');
  const ann = await house.addUser('ann@hongyan.test');
  // alice takes it: the message is accepted, and bob's refusal comes after.
  await house.submit(ann, [bob, alice], mail('one').replaceAll('ann@outside.test', 'ann@hongyan.test'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), {});
  const [raw = '', ...more] = await house.messages('ann@hongyan.test');
  assert.equal(more.length, 0);
  assert.match(raw, /^Return-Path: <>\r\n/);
  assert.match(raw, /Content-Type: multipart\/report; report-type=disposition-notification/);
  assert.match(raw, /\r\nDisposition: automatic-action\/MDN-sent-automatically; deleted\r\n/);
  assert.match(raw, /\r\nOriginal-Message-ID: <one@outside\.test>\r\n/);
  const report = await PostalMime.parse(raw);
  assert.match(report.text ?? '', /Please do not write to me\./);
});

test('what all recipients refuse is refused before it is accepted, with the reason (RFC 5429 §2.1)', async () => {
  await using house = await openWith(
    'require "ereject"; if header :is "subject" "one" { ereject "Not\r\n  welcome"; }',
  );
  await house.script(alice, 'require "reject"; reject "不要";');
  const refused = (reason?: string) => (error: unknown) =>
    isMailError(error, 'message.refused') && error.fields['reason'] === reason;
  await assert.rejects(house.receive('ann@outside.test', [bob], mail('one')), refused('Not welcome'));
  await assert.rejects(house.receive('ann@outside.test', [alice], mail('one')), refused());
  await assert.rejects(house.receive('ann@outside.test', [alice, bob], mail('one')), refused());
  await house.receive('ann@outside.test', [bob], mail('two'));
  await house.receive('', [alice], mail('three'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'] });
  assert.deepEqual(await house.folders(alice), { INBOX: ['0'] });
});

test('a refusal after acceptance goes to no sender that was not proven: the message lies in Junk (RFC 5429 §2.1, §5)', async () => {
  await using house = await openWith('require "reject"; reject "no";');
  const text = await bring(house, mail('one'), 'ann@outside.test', bob, [alice]);
  assert.match(text, /filed in the junk folder; not refused: sender not proven/);
  assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
  assert.deepEqual(await house.folders(alice), { INBOX: ['0'] });
});

test('reject of what must not be answered keeps the message (RFC 5429 §2.1)', async () => {
  await using house = await openWith('require "ereject"; ereject "no";');
  assert.match(await bring(house, mail('one'), ''), /filed in INBOX/);
  const list = mail('two', ['List-Id: <l.outside.test>']);
  assert.match(await bring(house, list, 'ann@outside.test', bob, [alice]), /filed in INBOX/);
  assert.deepEqual(await house.folders(bob), { INBOX: ['0', '0'] });
});

test('notify writes to others once, in the owner’s name, marked as automatic (RFC 5436 §2.7)', async () => {
  await using house = await openWith(
    `require "enotify"; notify :message "mail from Ann" :importance "1" "mailto:${alice}?body=look";`,
  );
  await bring(house, mail('one'));
  await bring(house, mail('two', ['Auto-Submitted: auto-replied']));
  assert.equal((await house.folders(bob))['INBOX']?.length, 2);
  const [raw = '', ...more] = await house.messages(alice);
  assert.equal(more.length, 0);
  const notice = await PostalMime.parse(raw);
  assert.equal(notice.subject, 'mail from Ann');
  assert.equal(notice.text?.trim(), 'look');
  assert.match(raw, /Auto-Submitted: auto-notified; owner-email="bob@hongyan\.test"/);
});

test('mail that screening marked is filed in the junk folder by keep and never answered', async () => {
  await using house = await openWith('require "vacation"; vacation "away";', {
    context: {
      screenChecks: [() => Promise.resolve({ kind: 'junk', reason: 'test' })],
    },
  });
  const text = await bring(house, mail('one'));
  assert.equal(text, 'script "main": filed in the junk folder; not answered (junk)');
  assert.deepEqual(await house.folders(bob), { Junk: ['0'] });
});

test('a header that a script edits is the header of what is filed and sent on afterwards, the body as it came (RFC 5293)', async () => {
  await using house = await openWith(`require ["editheader","fileinto","copy"];
    fileinto :copy "Junk";
    deleteheader "Message-ID"; deleteheader "Subject"; deleteheader "Received"; addheader "Subject" "新的"; addheader :last "X-Last" "1";
    redirect :copy "${alice}"; keep;`);
  await bring(house, mail('one', ['X-Keep: yes']));
  const [edited = ''] = await house.messages(bob);
  const [plain = ''] = await house.messages(bob, 'junk');
  assert.ok(plain.endsWith(mail('one', ['X-Keep: yes'])));
  assert.match(
    edited,
    /^Return-Path: <ann@outside\.test>\r\nDelivered-To: bob@hongyan\.test\r\nSubject: =\?utf-8\?/i,
  );
  assert.match(edited, /\r\nReceived: from /);
  assert.match(edited, /\r\nX-Keep: yes\r\nX-Last: 1\r\n\r\nHello\.\r\n$/);
  assert.doesNotMatch(edited, /Message-ID|Subject: one/);
  const parsed = await PostalMime.parse(edited);
  assert.equal(parsed.subject, '新的');
  const [sent = ''] = await house.messages(alice);
  assert.ok(sent.endsWith(edited.slice(edited.indexOf('X-Keep'))), sent);
});

test('when the mailbox cannot take it, nothing else is done either: no answer, no copy (quota)', async () => {
  await using house = await openWith(
    `require ["vacation","copy"]; redirect :copy "${alice}"; vacation "away";`,
    {
      wrapMailboxes: door => ({
        ...door,
        async deliver(tenant, account, id, folder, message) {
          if (Buffer.from(message.prefix).includes('Delivered-To: bob@'))
            throw new MailError('quota.exceeded');
          return door.deliver(tenant, account, id, folder, message);
        },
      }),
    },
  );
  const ann = await house.addUser('ann@hongyan.test');
  await house.submit(ann, [bob], mail('one').replaceAll('ann@outside.test', 'ann@hongyan.test'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.messages(alice), []);
  const [report = '', ...more] = await house.messages('ann@hongyan.test');
  assert.equal(more.length, 0);
  assert.match(report, /report-type="?delivery-status/);
});

test('what had to travel encrypted is sent on so (RFC 8689 §6)', async () => {
  const asked: unknown[] = [];
  await using house = await openWith('redirect "ann@elsewhere.test";', {
    relay: () => ({
      limits: { perDestination: 1, perMinute: null, recipients: 100 },
      keyOf: domain => domain,
      async attempt(message, recipients) {
        asked.push(message.options);
        return recipients.map(() => setback('route', '5.1.2', 'test'));
      },
    }),
  });
  await house.receive('ann@outside.test', [bob], mail('one'), { options: { requireTls: true } });
  await house.receive('ann@outside.test', [bob], mail('two'));
  await house.dispatcher?.settled();
  assert.deepEqual(
    new Set(asked.map(options => (options as { requireTls?: boolean }).requireTls ?? false)),
    new Set([false, true]),
  );
});

test('a copy that was sent on is not sent again when a later step has to be tried again', async () => {
  const late = 'late@hongyan.test';
  await using house = await openWith(`require "reject"; redirect "${alice}"; redirect "${late}";`);
  await house.addUser(late);
  const { directory } = house;
  let failures = 2;
  Object.assign(house.context, {
    directory: {
      async resolve(address: string) {
        if (address === late && failures-- > 0) throw new MailError('store.busy');
        return directory.resolve(address);
      },
    },
  });
  await house.receive('ann@outside.test', [bob], mail('one'));
  for (let i = 0; i < 4; i++) {
    await house.dispatcher?.settled();
    house.clock.advance(600_000);
  }
  await house.dispatcher?.settled();
  assert.ok(failures <= 0);
  assert.equal((await house.messages(alice)).length, 1);
  assert.equal((await house.messages(late)).length, 1);
  assert.deepEqual(await house.folders(bob), {});
});
