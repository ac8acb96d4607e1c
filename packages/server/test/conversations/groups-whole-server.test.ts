import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpClient } from '@hongyan/testkit/smtp-client.ts';
import { envelopesOf, openImap, sendMail } from '../app-fixture/clients.ts';
import { eventually, hongyan, startServe, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const address = (name: string): string => `${name}@hongyan.test`;

test('GRP-04 on the whole server: each kind with an insider, a member, a listed member, an outsider and a listed outsider, over SMTP', async () => {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path, '');
  const run = async (args: readonly string[]): Promise<void> => {
    const done = await hongyan(['--config', file, ...args], { input: password });
    assert.equal(done.code, 0, `${args.join(' ')}: ${done.stdout}${done.stderr}`);
  };
  await run(['setup', '--domain', 'hongyan.test', '--password-stdin']);
  for (const name of ['member', 'listed']) await run(['user', 'add', address(name), '--password-stdin']);
  for (const kind of ['company', 'members', 'anyone']) {
    await run(['group', 'add', address(kind), address('member'), 'partner@outside.test', '--posting', kind]);
  }
  await run(['group', 'add', address('listed-only'), address('member')]);
  const allow = ['--allow', address('listed'), 'partner@outside.test'];
  await run(['group', 'change', address('listed-only'), '--posting', 'listed', ...allow]);
  await using server = await startServe(['--config', file]);
  const { ports } = server.ready;
  const groups = ['company', 'members', 'anyone', 'listed-only'];
  const taken: Record<string, string[]> = {};
  for (const name of ['admin', 'member', 'listed']) {
    for (const group of groups) {
      const answer = await sendMail(ports.submissions, address(name), password, {
        to: address(group),
        subject: `${name} to ${group}`,
      }).then(
        () => true,
        (error: unknown) => {
          assert.match(String(error), /550 5\.7\.2 You are not allowed to write to this group/);
          return false;
        },
      );
      if (answer) (taken[name] ??= []).push(group);
    }
  }
  for (const sender of ['stranger@outside.test', 'partner@outside.test', address('member')]) {
    const client = await SmtpClient.connect({ port: ports.smtp });
    await client.command('EHLO mx.outside.test');
    for (const group of groups) {
      await client.command(`MAIL FROM:<${sender}>`);
      const reply = await client.command(`RCPT TO:<${address(group)}>`);
      if (reply.code === 250) (taken[`from ${sender}`] ??= []).push(group);
      else assert.equal(reply.enhanced, '5.7.2');
      await client.command('RSET');
    }
    await client.command('QUIT');
  }
  assert.deepEqual(taken, {
    admin: ['company', 'anyone'],
    member: ['company', 'members', 'anyone'],
    listed: ['company', 'anyone', 'listed-only'],
    'from stranger@outside.test': ['anyone'],
    'from partner@outside.test': ['members', 'anyone', 'listed-only'],
    // An address of ours without a sign-in proves nothing.
    'from member@hongyan.test': ['anyone'],
  });
  const imap = await openImap(ports.imaps, address('member'), password);
  const subjects = await eventually(async () => {
    const found = (await envelopesOf(imap))
      .map(envelope => envelope.subject ?? '')
      .filter(one => /^\w+ to /.test(one));
    return found.length === 8 ? found : null;
  }, 'every accepted mail is there once');
  assert.equal(new Set(subjects).size, 8);
  await imap.logout();
  assert.equal(await server.stop(), 0);
});
