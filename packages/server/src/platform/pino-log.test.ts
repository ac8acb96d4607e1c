import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPinoLog, type LogFormat } from './pino-log.ts';

function collect(format: LogFormat): { lines: string[]; log: ReturnType<typeof createPinoLog> } {
  const lines: string[] = [];
  return { lines, log: createPinoLog({ level: 'info', format, write: line => lines.push(line) }) };
}

test('a JSON line has time, level, event, the child fields and the error with its stack', () => {
  const { lines, log } = collect('json');
  log.debug('not.seen');
  log.child({ session: 7 }).error('smtp.failed', { peer: '192.0.2.1', error: new TypeError('oh') });
  assert.equal(lines.length, 1);
  const line: Record<string, unknown> = JSON.parse(lines[0] ?? '');
  assert.deepEqual(
    [line['level'], line['event'], line['session'], line['peer']],
    ['error', 'smtp.failed', 7, '192.0.2.1'],
  );
  assert.match(JSON.stringify(line['error']), /"type":"TypeError".*"stack":/);
  assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT/);
});

test('secrets are not written, also one level down', () => {
  const { lines, log } = collect('json');
  const fields = { password: 'hunter2', relay: { password: 'hunter2', host: 'a' } };
  log.child({ token: 'hunter2', peer: { key: 'hunter2' } }).info('x', fields);
  log.error('x', { error: Object.assign(new Error('b'), { credentials: 'hunter2', host: 'c' }) });
  log.error('x', { error: 'plain words' });
  assert.equal(lines.join('').includes('hunter2'), false);
  for (const kept of ['"host":"a"', '"host":"c"', '"stack":', 'plain words'])
    assert.equal(lines.join('').includes(kept), true, kept);
  assert.equal(fields.relay.password, 'hunter2', 'what the caller has stays as it is');
});

test('a text line cannot be broken by what is logged', () => {
  const { lines, log } = collect('text');
  log.warn('smtp.refused', { helo: 'a\r\nFAKE line', count: 3 });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^\S+ warn  smtp\.refused helo="a\\r\\nFAKE line" count=3\n$/);
});
