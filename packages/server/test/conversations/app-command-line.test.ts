import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  type CommandResult,
  eventually,
  hongyan,
  hongyanUnread,
  startServe,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

const password = 'wild goose 9';

interface Ran {
  readonly folder: string;
  readonly file: string;
  readonly run: (...args: string[]) => Promise<CommandResult>;
  readonly give: (input: string, ...args: string[]) => Promise<CommandResult>;
}

async function withCompany(work: (ran: Ran) => Promise<void>, more = ''): Promise<void> {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path, more);
  const give = (input: string, ...args: string[]): Promise<CommandResult> =>
    hongyan(['--config', file, '--json', ...args], { input });
  const ran: Ran = { folder: folder.path, file, give, run: (...args) => give('', ...args) };
  const setup = await give(password, 'setup', '--domain', 'x.test', '--name', '飞鸿', '--password-stdin');
  assert.equal(setup.code, 0, setup.stderr);
  await work(ran);
}

test('domains, users, aliases and groups from the command line, all as JSON', () =>
  withCompany(async ({ run, give }) => {
    assert.equal((await run('domain', 'add', '鸿雁.测试')).code, 0);
    const domains = (await run('domain', 'list')).json<
      { name: string; unicodeName: string; primary: boolean }[]
    >();
    assert.deepEqual(
      domains.map(domain => [domain.name, domain.unicodeName, domain.primary]),
      [
        ['x.test', 'x.test', true],
        ['xn--9n5an1m.xn--0zwm56d', '鸿雁.测试', false],
      ],
    );
    const added = await give(
      password,
      'user',
      'add',
      '张伟@鸿雁.测试',
      '--name',
      '张伟',
      '--quota',
      '2 GB',
      '--password-stdin',
    );
    assert.equal(added.code, 0, added.stderr);
    assert.equal(added.json<{ quotaBytes: number }>().quotaBytes, 2 * 1024 ** 3);
    const generated = await run('user', 'add', 'li@x.test', '--admin', '--generate-password');
    assert.match(generated.json<{ password: string }>().password, /^[a-z2-9]{4}(?:-[a-z2-9]{4}){3}$/);
    assert.equal((await run('user', 'add', 'service@x.test', '--public')).code, 0);
    assert.equal((await run('alias', 'add', 'zw@x.test', '张伟@鸿雁.测试')).code, 0);
    assert.deepEqual((await run('alias', 'list')).json(), [
      { alias: 'zw@x.test', address: '张伟@鸿雁.测试' },
    ]);
    assert.equal((await run('group', 'add', 'all@x.test', 'zw@x.test', 'li@x.test')).code, 0);
    assert.deepEqual((await run('group', 'add-member', 'all@x.test', 'p@y.test')).json(), {
      group: 'all@x.test',
      added: 1,
    });
    const groups = (await run('group', 'list')).json<{ members: string[] }[]>();
    assert.deepEqual(groups[0]?.members.toSorted(), ['li@x.test', 'p@y.test', 'zw@x.test']);
    assert.equal(
      (await run('user', 'change', 'li@x.test', '--disable', '--no-admin')).json<{ disabled: boolean }>()
        .disabled,
      true,
    );
    assert.equal((await run('group', 'remove', 'all@x.test')).code, 0);
    assert.equal((await run('alias', 'remove', 'zw@x.test')).code, 0);
    assert.equal((await run('user', 'remove', 'li@x.test')).code, 0);
    const users = (await run('user', 'list')).json<{ address: string }[]>();
    assert.deepEqual(
      users.map(user => user.address),
      ['admin@x.test', '张伟@鸿雁.测试', 'service@x.test'],
    );
  }));

test('what is written is for its owner alone, in a data directory that is open to others, too', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o755 });
  chmodSync(data, 0o755);
  const setup = await hongyan(
    ['--config', writeConfig(folder.path), 'setup', '--domain', 'x.test', '--password-stdin'],
    { input: password },
  );
  assert.equal(setup.code, 0, setup.stderr);
  const written = readdirSync(data, { recursive: true, encoding: 'utf8' });
  assert.ok(written.includes('keys/master.key'));
  const open = written.filter(name => (statSync(join(data, name)).mode & 0o077) !== 0);
  assert.deepEqual(open, []);
});

test('exit codes: 1 failure, 2 usage, 4 not found; the error is JSON, too', () =>
  withCompany(async ({ run, give }) => {
    const taken = await give(password, 'user', 'add', 'admin@x.test', '--password-stdin');
    assert.deepEqual([taken.code, taken.json<{ error: string }>().error], [1, 'conflict.exists']);
    const last = await run('user', 'remove', 'admin@x.test');
    assert.deepEqual([last.code, last.json<{ error: string }>().error], [1, 'conflict.state']);
    for (const args of [
      ['user', 'add', 'no address', '--no-password'],
      ['user', 'add', 'a@x.test', '--quota', 'much'],
      ['nonsense'],
      ['user'],
      ['serve', '--roles', 'nobody'],
      ['queue', 'retry'],
    ]) {
      assert.equal((await run(...args)).code, 2, args.join(' '));
    }
    for (const args of [
      ['user', 'password', 'nobody@x.test', '--generate-password'],
      ['domain', 'remove', 'y.test'],
      ['queue', 'show', 'nothing'],
      ['trace', 'nobody@x.test'],
    ]) {
      assert.equal((await run(...args)).code, 4, args.join(' '));
    }
    const weak = await give('12345678', 'user', 'password', 'admin@x.test', '--password-stdin');
    assert.deepEqual([weak.code, weak.json<{ error: string }>().error], [2, 'input.invalid']);
    // Not at a terminal and no other way given: nothing is guessed.
    assert.equal((await run('user', 'password', 'admin@x.test')).code, 2);
  }));

test('beside a running server: a new member gets mail at once, a new password holds, trace tells where mail went', () =>
  withCompany(async ({ file, run, give }) => {
    await using server = await startServe(['--processes', '2', '--config', file]);
    const { ports } = server.ready;
    assert.equal((await give(password, 'user', 'add', 'bob@x.test', '--password-stdin')).code, 0);
    const answer = await sendMail(ports.submissions, 'admin@x.test', password, {
      to: 'bob@x.test',
      subject: 'welcome',
    });
    const client = await openImap(ports.imaps, 'bob@x.test', password);
    await eventually(async () => (await subjectsOf(client)).length === 1, 'the message');
    await client.logout();
    assert.equal(
      (await give('another goose 7', 'user', 'password', 'bob@x.test', '--password-stdin')).code,
      0,
    );
    await assert.rejects(openImap(ports.imaps, 'bob@x.test', password));
    await (await openImap(ports.imaps, 'bob@x.test', 'another goose 7')).logout();
    const events = await eventually(async () => {
      const rows = (await run('trace', 'bob@x.test')).json<{ event: string; queueId: string }[]>();
      return rows.some(row => row.event === 'delivered') ? rows : null;
    }, 'the trace');
    const queueId = events[0]?.queueId ?? '';
    assert.ok(answer.includes(queueId), answer);
    const whole = (await run('trace', queueId)).json<{ event: string }[]>();
    assert.deepEqual(
      whole.map(row => row.event),
      ['accepted', 'delivered'],
    );
  }));

test('queue: what cannot be sent now waits, is shown, tried again and removed', () =>
  withCompany(async ({ file, run }) => {
    await using server = await startServe(['--processes', '1', '--config', file]);
    await sendMail(server.ready.ports.submissions, 'admin@x.test', password, {
      to: 'a@away.test',
      subject: 'later',
    });
    interface Entry {
      readonly queueId: string;
      readonly recipients: readonly { address: string; attempts: number; lastError: unknown }[];
    }
    const list = async (): Promise<readonly Entry[]> =>
      (await run('queue', 'list')).json<{ messages: Entry[] }>().messages;
    const waiting = await eventually(async () => {
      const [entry] = await list();
      return entry?.recipients[0]?.lastError ? entry : null;
    }, 'a first failed attempt');
    assert.equal(waiting.recipients[0]?.address, 'a@away.test');
    assert.equal((await run('queue', 'retry', waiting.queueId)).json<{ recipients: number }>().recipients, 1);
    await eventually(
      async () => ((await list())[0]?.recipients[0]?.attempts ?? 0) > (waiting.recipients[0]?.attempts ?? 0),
      'a second attempt, at once',
    );
    assert.equal((await run('queue', 'remove', '--all')).json<{ recipients: number }>().recipients, 1);
    assert.deepEqual(await list(), []);
  }, '[[relay.routes]]\ndomain = "away.test"\nhost = "127.0.0.1"\nport = 1\n'));

test('CMP-06: a mail that waits for its time and is removed from the queue is a draft again', () =>
  withCompany(async ({ file, run }) => {
    await using server = await startServe(['--processes', '1', '--config', file]);
    const client = await JmapClient.signIn(
      `http://127.0.0.1:${server.ready.ports.web}`,
      'admin@x.test',
      password,
    );
    const { drafts = '', sent = '' } = await client.mailboxes();
    const draft = {
      mailboxIds: { [drafts]: true },
      keywords: { $draft: true },
      from: [{ email: 'admin@x.test' }],
      subject: 'next year',
    };
    const made = await client.call('Email/set', { create: { d: draft } });
    const emailId = String(objectsIn(made['created'])['d']?.['id']);
    const { list } = await client.call('Identity/get', {});
    const submission = {
      emailId,
      identityId: (list as { id: string }[])[0]?.id,
      envelope: {
        mailFrom: { email: 'admin@x.test', parameters: { HOLDFOR: '3600' } },
        rcptTo: [{ email: 'a@away.test', parameters: null }],
      },
      onSend: { mailboxIds: { [sent]: true } },
    };
    const sending = await client.call('EmailSubmission/set', { create: { s: submission } });
    const id = String(objectsIn(sending['created'])['s']?.['id']);
    const place = async (): Promise<unknown> => {
      const emails = await client.call('Email/get', {
        ids: [emailId],
        properties: ['mailboxIds', 'keywords'],
      });
      const [email] = emails['list'] as { mailboxIds: object; keywords: object }[];
      return [Object.keys(email?.mailboxIds ?? {}), Object.keys(email?.keywords ?? {})];
    };
    assert.deepEqual(await place(), [[(await client.mailboxes())['scheduled']], ['$draft']]);
    assert.equal((await run('queue', 'remove', '--all')).json<{ recipients: number }>().recipients, 1);
    assert.deepEqual(await place(), [[drafts], ['$draft']]);
    const told = await client.call('EmailSubmission/get', { ids: [id], properties: ['undoStatus'] });
    assert.deepEqual(told['list'], [{ id, undoStatus: 'canceled' }]);
  }));

test('import and export: mbox in, Maildir and EML out and in again, nothing twice, what is bad is reported', () =>
  withCompany(async ({ folder, run }) => {
    const mbox = join(folder, 'old.mbox');
    const mails = Array.from(
      { length: 30 },
      (_, i) =>
        `From a@y.test Mon Nov 23 10:00:${String(i).padStart(2, '0')} 2026\nFrom: a@y.test\nSubject: =?UTF-8?B?${Buffer.from(`第${i}封`).toString('base64')}?=\n${i % 2 ? 'Status: RO\n' : ''}\nline\n>From the start\n\n`,
    );
    writeFileSync(mbox, mails.join(''));
    const first = await run('import', 'admin@x.test', mbox, '--folder', '旧邮件/2026');
    assert.deepEqual(first.json<{ imported: number }>().imported, 30, first.stderr);
    const again = await run('import', 'admin@x.test', mbox, '--folder', '旧邮件/2026');
    assert.deepEqual(
      [again.json<{ imported: number }>().imported, again.json<{ present: number }>().present],
      [0, 30],
    );
    for (const format of ['maildir', 'eml', 'mbox']) {
      const target = join(folder, format);
      const out = await run('export', 'admin@x.test', target, '--format', format);
      assert.equal(out.json<{ exported: number }>().exported, 30, out.stderr);
      const resumed = await run('export', 'admin@x.test', target, '--format', format);
      assert.equal(resumed.json<{ present: number }>().present, 30);
      assert.equal((await run('user', 'add', `${format}@x.test`, '--no-password')).code, 0);
      const back = await run('import', `${format}@x.test`, target);
      assert.deepEqual(
        [back.json<{ imported: number }>().imported, back.json<{ failed: number }>().failed],
        [30, 0],
        `${format} ${back.stdout}`,
      );
    }
    const eml = join(folder, 'eml', '旧邮件', '2026');
    const text = readFileSync(join(eml, readdirSync(eml).sort()[0] ?? ''), 'latin1');
    assert.match(text, /\r\n\r\nline\r\nFrom the start\r\n$/);
    const missing = await run('import', 'admin@x.test', join(folder, 'nothing'));
    assert.equal(missing.code, 2);
    writeFileSync(join(eml, 'empty.eml'), '');
    const partly = await run('import', 'admin@x.test', eml);
    assert.equal(partly.code, 3);
    const result = partly.json<{ failures: { place: string; code: string }[] }>();
    assert.deepEqual(
      result.failures.map(failure => failure.code),
      ['message.invalid'],
    );
    assert.match(result.failures[0]?.place ?? '', /empty\.eml$/);
  }));

test('config: shown with defaults and without secrets, checked without starting', async () => {
  using folder = temporaryFolder();
  const file = writeConfig(
    folder.path,
    '[relay]\nsmart_host = { host = "h.test", username = "u", password = "hunter2" }\n',
  );
  const shown = await hongyan(['--config', file, '--json', 'config', 'show']);
  assert.equal(shown.code, 0, shown.stderr);
  assert.equal(shown.stdout.includes('hunter2'), false);
  assert.equal(shown.json<{ relay: { smartHost: { host: string } } }>().relay.smartHost.host, 'h.test');
  assert.equal((await hongyan(['config', 'check', file])).code, 0);
  writeFileSync(file, 'hostnam = "x"\n');
  const wrong = await hongyan(['config', 'check', file], { env: { LANG: 'zh_CN.UTF-8' } });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /第 1 行：没有名为“hostnam”的设置。是否想写“hostname”？/);
});

test('a password is read from a line, and an argument for it does not exist', () =>
  withCompany(async ({ run, give }) => {
    assert.equal((await run('user', 'add', 'a@x.test', '--password', 'secret secret')).code, 2);
    assert.equal(
      (await give(`${password}\r\nmore\n`, 'user', 'add', 'a@x.test', '--password-stdin')).code,
      0,
    );
  }));

test('who reads the output may go away: a command ends well, a server serves on and stops in order', () =>
  withCompany(async ({ file }) => {
    const command = hongyanUnread(['--config', file, 'config', 'docs']);
    assert.equal(await command.code, 0, command.complaints());
    assert.equal(command.complaints(), '');
    const server = hongyanUnread(['--config', file, 'serve', '--processes', '1', '--ready-fd', '3']);
    await server.ready;
    server.child.kill('SIGTERM');
    assert.equal(await server.code, 0, server.complaints());
    assert.doesNotMatch(server.complaints(), /EPIPE/);
  }));
