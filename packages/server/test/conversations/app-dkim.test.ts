import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyRecord } from '@hongyan/formats/auth/dkim/key-record.ts';
import { startSmtpSink } from '@hongyan/testkit/smtp-sink.ts';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { sendMail } from '../app-fixture/clients.ts';
import {
  type CommandResult,
  eventually,
  hongyan,
  startServe,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

interface Shown {
  readonly selector: string;
  readonly state: string;
  readonly record: { readonly name: string; readonly value: string; readonly strings: readonly string[] };
  readonly removableAt: string | null;
}

test('RFC 6376 §3.6.2: the records to publish, and rotation, from the command line', async () => {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path, '');
  const run = (...args: string[]): Promise<CommandResult> =>
    hongyan(['--config', file, ...args], { input: 'wild goose 9' });
  const setup = await run('--json', 'setup', '--domain', 'x.test', '--password-stdin');
  assert.equal(setup.code, 0, setup.stderr);

  const shown = (await run('--json', 'domain', 'dkim', 'show', 'X.test')).json<Shown[]>();
  assert.deepEqual(
    shown.map(({ state, record }) => [state, parseKeyRecord(record.value)?.type]),
    [
      ['active', 'rsa'],
      ['active', 'ed25519'],
    ],
  );
  for (const { selector, record } of shown) {
    assert.equal(record.name, `${selector}._domainkey.x.test`);
    assert.equal(record.strings.join(''), record.value);
    for (const string of record.strings) assert.ok(string.length <= 255);
  }

  // As lines of a zone file: RFC 1035 §5.1 joins what stands in parentheses, remarks begin with a semicolon.
  const text = (await run('domain', 'dkim', 'show', 'x.test')).stdout;
  const lines = text.split('\n').filter(line => !line.startsWith(';'));
  const strings = [...lines.join('\n').matchAll(/"([^"]*)"/g)].map(match => match[1]);
  assert.deepEqual(
    strings,
    shown.flatMap(({ record }) => record.strings),
  );

  const rotated = (await run('--json', 'domain', 'dkim', 'rotate', 'x.test')).json<Shown[]>();
  assert.deepEqual(
    rotated.map(key => key.state),
    ['active', 'active', 'next', 'next'],
  );
  const again = await run('--json', 'domain', 'dkim', 'rotate', 'x.test');
  assert.notEqual(again.code, 0);
  assert.match(again.stdout, /conflict\.state/);
  const atOnce = (await run('--json', 'domain', 'dkim', 'rotate', 'x.test', '--now')).json<Shown[]>();
  assert.deepEqual(
    atOnce.map(key => key.state),
    ['retired', 'retired', 'active', 'active'],
  );
  assert.equal(
    atOnce.every(key => (key.removableAt === null) === (key.state === 'active')),
    true,
  );
  assert.equal((await run('--json', 'domain', 'dkim', 'show', 'y.test')).code, 4);
});

test('RFC 6376, RFC 8463: submission, relay, and what the command line says to publish verifies it', async () => {
  using folder = temporaryFolder();
  await using sink = await startSmtpSink();
  const route = `[[relay.routes]]\ndomain = "outside.test"\nhost = "127.0.0.1"\nport = ${sink.port}`;
  const file = writeConfig(folder.path, route);
  const run = (...args: string[]): Promise<CommandResult> =>
    hongyan(['--config', file, '--json', ...args], { input: 'wild goose 9' });
  const setup = await run('setup', '--domain', 'x.test', '--admin', 'li', '--password-stdin');
  assert.equal(setup.code, 0, setup.stderr);
  await using server = await startServe(['--config', file]);
  const port = server.ready.ports['submissions'] ?? assert.fail('no port');
  const zone = new Map<string, readonly string[]>();
  // The second mail is signed by keys that another process made while the server runs.
  for (const [subject, command] of [
    ['询价', 'show'],
    ['again', 'rotate'],
  ] as const) {
    const shown = await run('domain', 'dkim', command, 'x.test', ...(command === 'rotate' ? ['--now'] : []));
    for (const { record } of shown.json<Shown[]>()) zone.set(record.name, record.strings);
    await sendMail(port, 'li@x.test', 'wild goose 9', { to: 'bob@outside.test', subject });
  }
  await eventually(() => sink.messages.length === 2, 'two mails outside');
  const selectors = new Set<string | undefined>();
  for (const { data } of sink.messages) {
    const { results } = await dkimVerify(Buffer.from(data), {
      resolver: name => Promise.resolve([[...(zone.get(name) ?? [])]]),
    });
    assert.deepEqual(
      results.map(result => [result.signingDomain, result.algo, result.status?.result]),
      [
        ['x.test', 'rsa-sha256', 'pass'],
        ['x.test', 'ed25519-sha256', 'pass'],
      ],
    );
    for (const result of results) selectors.add(result.selector);
  }
  assert.equal(selectors.size, 4);
});
