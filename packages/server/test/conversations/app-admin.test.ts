import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandResult, hongyan, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

test('TEN-34..36 on the command line: list, grant, revoke, transfer; the owner stays until handed over', async () => {
  using folder = temporaryFolder();
  const config = writeConfig(folder.path);
  const run = (...args: string[]): Promise<CommandResult> => hongyan(['--json', '-c', config, ...args]);
  const setup = await run('setup', '--domain', 'x.test', '--generate-password');
  assert.equal(setup.code, 0, setup.stderr);
  assert.equal((await run('user', 'add', 'li@x.test', '--no-password')).code, 0);
  const roles = async (): Promise<string[]> =>
    (await run('admin', 'list'))
      .json<{ address: string; role: string }[]>()
      .map(one => `${one.address} ${one.role}`);
  assert.deepEqual(await roles(), ['admin@x.test owner']);
  const granted = await run(
    'admin',
    'grant',
    'li@x.test',
    '--function',
    'members',
    '--function',
    'logs:view',
  );
  assert.deepEqual(granted.json<{ functions: unknown }>().functions, { members: 'manage', logs: 'view' });
  assert.deepEqual(await roles(), ['admin@x.test owner', 'li@x.test scoped']);
  assert.equal((await run('admin', 'grant', 'li@x.test', '--function', 'nonsense')).code, 2);
  assert.equal((await run('admin', 'revoke', 'admin@x.test')).code, 1);
  assert.equal((await run('admin', 'transfer', 'li@x.test')).code, 0);
  assert.deepEqual(await roles(), ['li@x.test owner', 'admin@x.test super']);
  assert.equal((await run('admin', 'revoke', 'admin@x.test')).code, 0);
  assert.deepEqual(await roles(), ['li@x.test owner']);
});
