import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { systemScope } from '@hongyan/server/access/scope.ts';
import { appendMessages } from '@hongyan/server/mailbox/append.ts';
import { getMailbox } from '@hongyan/server/mailbox/list.ts';
import type { RestClient } from '@hongyan/testkit/rest-house.ts';
import { fine, openScene, type Scene } from '../wecom-fixture/scene.ts';

const second = 1_000;

/** Gives the scene's token a public mailbox; its number. */
async function give(scene: Scene, owner: RestClient): Promise<number> {
  const wanted = { email: 'bot@hongyan.test', name: '机器人', userid_list: { list: ['bob'] } };
  const id = Number(fine(await scene.post('/exmail/publicmail/create', wanted))['id']);
  const [token] = (await owner('GET', '/tokens')).json<{ items: { id: number }[] }>().items;
  const path = `/tokens/${token?.id}/mailbox`;
  const put = await owner('PUT', path, { body: { mailbox: id } });
  assert.equal(put.status, 204, put.text);
  assert.deepEqual((await owner('GET', path)).json(), { mailbox: id });
  return id;
}

/** Files a mail in a folder of an account. */
async function receive(scene: Scene, accountId: number, text: string, folder = 'INBOX'): Promise<void> {
  const { administration } = scene.house.rest;
  const { tenantId } = scene.house.web.tenant;
  await administration.ensure(tenantId, accountId);
  const own = systemScope(tenantId, accountId, 'test');
  const inbox = (await getMailbox(administration.mailbox, own, [folder])) ?? assert.fail();
  const bytes = Buffer.from(text);
  await using writer = administration.mailbox.blobs.create(tenantId, bytes.length);
  await writer.write(bytes);
  const blob = await writer.seal();
  const summary = summarise(scanMessage(bytes));
  const receivedAt = scene.house.web.clock.now();
  const flags = { bits: 0, keywords: [] };
  await appendMessages(administration.mailbox, own, inbox.id, [
    { blob, summary, prefix: Buffer.from('Received: here\r\n'), flags, receivedAt },
  ]);
}

test('API-03: compose_send writes as the mailbox of the program: recipients, kinds of content, attachments', async () => {
  await using scene = await openScene();
  const send = (body: object): ReturnType<Scene['post']> => scene.post('/exmail/app/compose_send', body);
  const plain = { to: { emails: ['you@out.example'] }, subject: '问候', content: 'Wild geese.' };
  assert.equal((await send(plain)).errcode, 690002, 'no mailbox yet');
  const id = await give(scene, await scene.house.as(scene.house.web.alice));
  fine(
    await send({
      ...plain,
      to: { emails: ['you@out.example'], userids: ['bob'] },
      cc: { emails: ['cc@out.example'] },
      bcc: { emails: ['secret@out.example', 'you@out.example'] },
      content: '<p>雁</p>',
      attachment_list: [{ file_name: '表.csv', content: Buffer.from('a,b').toString('base64') }],
      other: 1,
    }),
  );
  const mail = scene.sent[0] ?? assert.fail();
  const { principal } = mail.origin;
  assert.ok(principal?.kind === 'account');
  assert.deepEqual(
    [principal.accountId, principal.login, mail.sender],
    [id, 'bot@hongyan.test', 'bot@hongyan.test'],
  );
  assert.deepEqual(
    mail.recipients.map(({ path }) => path),
    ['you@out.example', 'bob@hongyan.test', 'cc@out.example', 'secret@out.example'],
  );
  const text = mail.body.toString();
  assert.ok(!text.includes('secret@out.example'), 'Bcc is told to nobody');
  assert.match(text, /^From: =\?utf-8\?\S+ <bot@hongyan\.test>\r$/im);
  assert.match(text, /^Cc: cc@out\.example\r$/m);
  assert.match(text, /text\/html/);
  assert.match(text, /YSxi/);
  fine(await send({ ...plain, content_type: 'text' }));
  assert.match(scene.sent[1]?.body.toString() ?? '', /text\/plain[^]*Wild geese\./);
});

test('API-03: compose_send refuses by number, and then nothing is sent', async () => {
  await using scene = await openScene();
  const owner = await scene.house.as(scene.house.web.alice);
  const id = await give(scene, owner);
  const plain = { to: { emails: ['you@out.example'] }, subject: 's', content: 'c' };
  const one = { file_name: 'a', content: 'YQ==' };
  const refused: readonly (readonly [object, number])[] = [
    [{ to: {} }, 40035],
    [{ to: { emails: ['no address'] } }, 60105],
    [{ to: { userids: ['nobody'] } }, 60111],
    [{ to: { emails: ['you@out.example', 'unknown@hongyan.test'] } }, 60105],
    [{ content_type: 'rtf' }, 40035],
    [{ content: 7 }, 40035],
    [{ attachment_list: [{ file_name: 'a', content: '§' }] }, 40035],
    [{ attachment_list: Array.from({ length: 201 }, () => one) }, 40035],
    [{ schedule: { start_time: 1, end_time: 2 } }, 48005],
    [{ subject: 'x\r\nBcc: evil@out.example' }, 0],
  ];
  for (const [change, errcode] of refused) {
    const answer = await scene.post('/exmail/app/compose_send', { ...plain, ...change });
    assert.equal(answer.errcode, errcode, JSON.stringify(change).slice(0, 80));
  }
  assert.equal(scene.sent.length, 1);
  assert.doesNotMatch(scene.sent[0]?.body.toString() ?? '', /^Bcc:/im, 'a line end begins no field');
  const large = Buffer.alloc(2 * 2 ** 20, 'x').toString('base64');
  fine(
    await scene.post('/exmail/app/compose_send', {
      ...plain,
      attachment_list: [{ file_name: 'large', content: large }],
    }),
  );
  fine(await scene.post('/exmail/account/act_email', { publicemail_id: id, type: 2 }));
  assert.notEqual((await scene.post('/exmail/app/compose_send', plain)).errcode, 0, 'disabled');
});

test('API-03: get_mail_list and read_mail: the inbox by time, page by page, byte for byte; nothing of another mailbox', async () => {
  await using scene = await openScene();
  const { clock, bob } = scene.house.web;
  const id = await give(scene, await scene.house.as(scene.house.web.alice));
  const begin = Math.floor(clock.now() / second);
  clock.advance(10 * second);
  for (const n of [1, 2, 3]) {
    await receive(scene, id, `Subject: ${n}\r\n\r\n雁 ${n}\r\n`);
    clock.advance(10 * second);
  }
  await receive(scene, bob.accountId, 'Subject: private\r\n\r\n');
  await receive(scene, id, 'Subject: spam\r\n\r\n', 'junk');
  const list = async (more: object): Promise<[string[], unknown, string]> => {
    const span = { begin_time: begin, end_time: begin + 3_600 };
    const answer = fine(await scene.post('/exmail/app/get_mail_list', { ...span, ...more }));
    const mails = answer['mail_list'] as { mail_id: string }[];
    return [mails.map(mail => mail.mail_id), answer['has_more'], String(answer['next_cursor'])];
  };
  const [all, more] = await list({});
  assert.deepEqual([all.length, more], [3, 0]);
  const [first, left, cursor] = await list({ limit: 2 });
  assert.deepEqual([first, left], [all.slice(0, 2), 1]);
  await receive(scene, id, 'Subject: 4\r\n\r\n');
  const [rest] = await list({ limit: 2, cursor });
  assert.deepEqual(rest.slice(0, 1), all.slice(2), 'what comes in between moves no page');
  assert.equal(rest.length, 2);
  assert.deepEqual((await list({ begin_time: begin + 20, end_time: begin + 30 }))[0], all.slice(1, 2));
  const mail = fine(await scene.post('/exmail/app/read_mail', { mail_id: all[1] ?? '' }));
  assert.equal(mail['mail_data'], 'Received: here\r\nSubject: 2\r\n\r\n雁 2\r\n');
  for (const bad of [{ mail_id: '999' }, { mail_id: 'x' }, {}]) {
    assert.equal((await scene.post('/exmail/app/read_mail', bad)).errcode, 40035);
  }
  for (const bad of [{ limit: 1_001 }, { limit: 0 }, { end_time: begin }, { cursor: 'x' }]) {
    const asked = { begin_time: begin, end_time: begin + 1, ...bad };
    assert.equal((await scene.post('/exmail/app/get_mail_list', asked)).errcode, 40035, JSON.stringify(bad));
  }
});

test('API-03: the address of the program: main and aliases, changed with the old one kept, never one of others', async () => {
  await using scene = await openScene();
  const owner = await scene.house.as(scene.house.web.alice);
  await give(scene, owner);
  const path = '/exmail/app/update_email_alias';
  const addresses = async (): Promise<unknown[]> => {
    const answer = fine(await scene.post('/exmail/app/get_email_alias', {}));
    return [answer['email'], answer['alias_list']];
  };
  assert.deepEqual(await addresses(), ['bot@hongyan.test', []]);
  fine(await scene.post(path, { new_email: 'robot@hongyan.test' }));
  assert.deepEqual(await addresses(), ['robot@hongyan.test', ['bot@hongyan.test']]);
  fine(await scene.post(path, { new_email: 'bot@hongyan.test' }));
  assert.deepEqual(await addresses(), ['bot@hongyan.test', ['robot@hongyan.test']], 'back again');
  fine(await scene.post(path, { new_email: 'bot@hongyan.test' }));
  assert.equal((await scene.post(path, { new_email: 'bob@hongyan.test' })).errcode, 60106);
  assert.equal((await scene.post(path, { new_email: 'x@elsewhere.test' })).errcode, 60105);
  assert.equal((await scene.post(path, {})).errcode, 40035);
  const log = (await owner('GET', '/operations')).json<{ items: { action: string }[] }>().items;
  assert.equal(log.filter(({ action }) => action === 'publicMailbox.renamed').length, 2);
  assert.equal(log.filter(({ action }) => action === 'token.mailbox_set').length, 1);
});

test('API-03: a program gets no mailbox of a person or of another company, and only by who may give it', async () => {
  await using scene = await openScene();
  await using other = await openScene();
  const { alice, bob } = scene.house.web;
  const owner = await scene.house.as(alice);
  const id = await give(scene, owner);
  const [token] = (await owner('GET', '/tokens')).json<{ items: { id: number }[] }>().items;
  const path = `/tokens/${token?.id}/mailbox`;
  assert.equal((await owner('PUT', path, { body: { mailbox: bob.accountId } })).status, 404);
  assert.equal((await owner('PUT', '/tokens/99/mailbox', { body: { mailbox: id } })).status, 404);
  await owner('PUT', `/administrators/${bob.accountId}`, {
    body: { role: 'scoped', functions: { api: 'manage' } },
  });
  const half = await scene.house.as(bob);
  assert.equal((await half('PUT', path, { body: { mailbox: id } })).status, 403);
  assert.equal((await other.post('/exmail/app/get_email_alias', {})).errcode, 690002);
  await using narrow = await openScene(['groups', 'api']);
  assert.equal((await narrow.post('/exmail/app/get_email_alias', {})).errcode, 48002);
  assert.equal((await owner('PUT', path, { body: { mailbox: null } })).status, 204);
  assert.equal((await scene.post('/exmail/app/get_email_alias', {})).errcode, 690002, 'taken away');
  await owner('PUT', path, { body: { mailbox: id } });
  fine(await scene.post('/exmail/publicmail/delete', { id }));
  assert.equal((await scene.post('/exmail/app/get_email_alias', {})).errcode, 690002, 'in the bin');
});

test('API-02: user/swapalias makes an alias of the member the main address; user/fuzzysearch finds members', async () => {
  await using scene = await openScene();
  fine(
    await scene.post('/user/update', { userid: 'bob@hongyan.test', slaves: ['robert@hongyan.test'] }),
    'updated',
  );
  const swap = { alias: 'bob@hongyan.test', slavealias: 'robert@hongyan.test' };
  assert.equal(
    (await scene.get('/user/swapalias', { ...swap, slavealias: 'alice@hongyan.test' })).errcode,
    60105,
  );
  fine(await scene.get('/user/swapalias', swap), 'updated');
  const bob = fine(await scene.get('/user/get', { userid: 'robert@hongyan.test' }));
  assert.deepEqual([bob['userid'], bob['slaves']], ['robert@hongyan.test', ['bob@hongyan.test']]);
  const found = fine(await scene.get('/user/fuzzysearch', { userid: 'rober' }))['userlist'] as object[];
  assert.deepEqual(found, [{ userid: 'robert@hongyan.test', name: bob['name'], department: [1] }]);
  assert.equal((await scene.get('/user/fuzzysearch', { userid: ' ' })).errcode, 40035);
  assert.deepEqual(fine(await scene.get('/user/fuzzysearch', { userid: 'zz' }))['userlist'], []);
});
