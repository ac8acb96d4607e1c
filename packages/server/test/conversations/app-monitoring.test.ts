import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultConfig } from '../../src/app/config/load.ts';
import { startMonitoring } from '../../src/app/monitoring/monitoring-server.ts';
import { silentLog } from '../../src/platform/log.ts';
import { eventually, startServe, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

interface Monitored {
  readonly monitoring: number;
}

/** Values by name with labels; fails on what is no line of the format (OpenMetrics 1.0, “ABNF”). */
function readMetrics(text: string): Map<string, number> {
  assert.ok(text.endsWith('# EOF\n'));
  const values = new Map<string, number>();
  const kinds = new Map<string, string>();
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', kind = ''] = line.split(' ');
      assert.ok(!kinds.has(name), `${name} twice`);
      kinds.set(name, kind);
    }
    if (line.startsWith('#')) continue;
    const match = /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[0-9.e+-]+)$/.exec(line);
    assert.ok(match, line);
    const [, name = '', labels = '', value] = match;
    const family = kinds.get(name) ?? kinds.get(name.replace(/_(?:total|bucket|sum|count)$/, ''));
    assert.ok(family, `no TYPE for ${name}`);
    if (family === 'counter') assert.match(name, /_total$/);
    values.set(`${name}${labels}`, Number(value));
  }
  return values;
}

async function banner(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  return new Promise(resolve => {
    socket.once('data', chunk => {
      resolve(chunk.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
  });
}

for (const processes of ['1', '2']) {
  test(`health, readiness and metrics of ${processes} process(es), and a drain that is announced`, async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'token'), 'goose\n');
    const file = writeConfig(folder.path, '[monitoring]\nport = 0\ntoken_file = "token"\n');

    writeFileSync(file, `drain_delay = "2 s"\n${readFileSync(file, 'utf8')}`);
    await using server = await startServe(['--config', file, '--processes', processes]);
    const { monitoring } = server.ready as unknown as Monitored;
    const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`http://127.0.0.1:${monitoring}${path}`, { headers });
    assert.equal((await get('/healthz')).status, 200);
    assert.deepEqual(await (await get('/readyz')).json(), { status: 'ready' });
    assert.equal((await get('/')).status, 404);
    assert.equal((await get('/metrics')).status, 401);
    assert.equal((await get('/metrics', { authorization: 'Bearer gander' })).status, 401);
    assert.equal((await fetch(`http://127.0.0.1:${monitoring}/metrics`, { method: 'POST' })).status, 405);
    assert.match(await banner(server.ready.ports.smtp), /^220 /);
    const answer = await get('/metrics', { authorization: 'Bearer goose' });
    assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/openmetrics-text');
    const values = readMetrics(await answer.text());
    assert.equal(values.get('hongyan_processes'), Number(processes));
    assert.ok((values.get('hongyan_process_resident_memory_bytes') ?? 0) > 10_000_000);
    assert.equal(values.get('hongyan_connections{protocol="imap"}'), 0);
    assert.ok((values.get('hongyan_log_lines_total{level="info"}') ?? 0) >= 0);

    const ended = server.stop();
    await eventually(async () => (await get('/readyz')).status === 503, 'it says that it stops');
    assert.deepEqual(await (await get('/readyz')).json(), { status: 'stopping' });
    assert.equal((await get('/healthz')).status, 200, 'it lives');
    assert.match(await banner(server.ready.ports.smtp), /^220 /, 'and goes on until others have seen it');
    assert.equal(await ended, 0);
  });
}

test('metrics for everybody on a network are refused without a token', async () => {
  const base = defaultConfig();
  const report = { ready: async () => 'ready' as const, metrics: async () => [] };
  const config = { ...base, monitoring: { host: '0.0.0.0', port: 0, tokenFile: null } };
  await assert.rejects(startMonitoring(config, silentLog, report), { phrase: 'serve.monitoring_token' });
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'empty'), '\n');
  const empty = {
    ...base,
    monitoring: { host: '127.0.0.1', port: 0, tokenFile: join(folder.path, 'empty') },
  };
  await assert.rejects(startMonitoring(empty, silentLog, report), { phrase: 'serve.monitoring_token' });
  assert.equal(await startMonitoring(base, silentLog, report), null);
});
