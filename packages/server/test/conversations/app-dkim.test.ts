import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyRecord } from '@hongyan/formats/auth/dkim/key-record.ts';
import { type CommandResult, hongyan, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

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
