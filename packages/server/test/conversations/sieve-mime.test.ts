import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { type House, openHouse } from '../flow-fixture/house.ts';

const bob = 'bob@hongyan.test';
const alice = 'alice@hongyan.test';

const message = [
  'From: Ann <ann@outside.test>',
  `To: ${bob}, ${alice}`,
  'Subject: two parts',
  'Message-ID: <two@outside.test>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  '看附件',
  '--b',
  'Content-Type: application/octet-stream; name=a.exe',
  'Content-Transfer-Encoding: base64',
  '',
  'TVo=',
  '--b--',
  '',
].join('\r\n');

async function openWith(script: string): Promise<House> {
  const house = await openHouse();
  await house.addUser(bob);
  await house.addUser(alice);
  await house.script(bob, script);
  house.start();
  return house;
}

/** Brings the message for both and waits until it is settled. Returns what the trace says about bob's copy. */
async function bring(house: House, text = message): Promise<string> {
  const before = house.trace.length;
  await house.receive('ann@outside.test', [bob, alice], text);
  await house.dispatcher?.settled();
  const event = house.trace.slice(before).find(one => one.recipient === bob && one.kind === 'delivered');
  return event?.diagnostic?.text ?? '';
}

test('replace: the rebuilt message is filed, copies made before and other recipients have it as it came (RFC 5703 §5)', async () => {
  await using house = await openWith(`require ["foreverypart","mime","replace","fileinto","copy"];
    fileinto :copy "Junk";
    foreverypart {
      if header :mime :param "name" :matches "Content-Type" "*.exe" { replace "附件已删除"; }
    }`);
  assert.equal(await bring(house), 'script "main": filed in Junk; filed in INBOX');
  const [rebuilt = ''] = await house.messages(bob);
  const [copy = ''] = await house.messages(bob, 'junk');
  const [other = ''] = await house.messages(alice);
  assert.ok(copy.endsWith(message) && other.endsWith(message));
  const start = message.indexOf('Content-Type: application');
  assert.ok(rebuilt.includes(message.slice(0, start)) && rebuilt.endsWith('\r\n--b--\r\n'));
  const parsed = await PostalMime.parse(rebuilt);
  assert.match(parsed.text ?? '', /看附件[^]*附件已删除/);
  assert.equal(parsed.attachments.length, 0);
  assert.match(rebuilt, /^Return-Path: <ann@outside\.test>\r\nDelivered-To: bob@hongyan\.test\r\nReceived: /);
});

test('enclose: the message is inside octet for octet, from the owner; what is sent on is the one that came (RFC 5703 §6)', async () => {
  await using house = await openWith(`require ["enclose","copy","variables","foreverypart","extracttext"];
    foreverypart { extracttext "t"; if string :matches "\${t}" "?*" { break; } }
    enclose :subject "注意" "Careful: \${t}";
    redirect :copy "${alice}";
    keep;`);
  await house.receive('ann@outside.test', [bob], message);
  await house.dispatcher?.settled();
  const [filed = ''] = await house.messages(bob);
  const parsed = await PostalMime.parse(filed, { forceRfc822Attachments: true });
  assert.equal(parsed.subject, '注意');
  assert.equal(parsed.from?.address, bob);
  assert.match(parsed.text ?? '', /Careful: 看附件/);
  const [inner] = parsed.attachments;
  assert.equal(inner?.mimeType, 'message/rfc822');
  assert.ok(filed.includes(`\r\n${message}\r\n--=_enclosed_`));
  const [sent = ''] = await house.messages(alice);
  assert.ok(sent.endsWith(message), sent);
});

test('a script that fails after it changed the message leaves the message as it came (RFC 5228 §2.10.6, RFC 5703)', async () => {
  await using house = await openWith(
    `require ["replace","enclose"]; replace "x"; ${'enclose "x"; '.repeat(20)}`,
  );
  assert.match(await bring(house), /failed: run_message_edits/);
  const [filed = ''] = await house.messages(bob);
  assert.ok(filed.endsWith(message));
});

test('whole replace with :subject and :from, then tests of body and header see the new message (RFC 5703 §5)', async () => {
  await using house = await openWith(`require ["replace","body","fileinto"];
    replace :subject "new" :from "Rules <${bob}>" "nothing of it";
    if allof (header "subject" "new", body :text :contains "nothing", not body :raw :contains "TVo=") { fileinto "Junk"; }`);
  await bring(house);
  const [filed = ''] = await house.messages(bob, 'junk');
  assert.match(filed, /\r\nOriginal-From: Ann <ann@outside\.test>\r\n/);
  assert.match(filed, /\r\nOriginal-Subject: two parts\r\n/);
  assert.ok(filed.endsWith('\r\n\r\nnothing of it'));
});
