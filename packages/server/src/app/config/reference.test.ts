import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { defaultConfig, parseConfig } from './load.ts';
import { configExample, configReference } from './reference.ts';

function stored(name: string): string {
  return readFileSync(new URL(`../../../../../docs/operator/${name}`, import.meta.url), 'utf8');
}

test('the reference page and the example file are those of the schema (npm run hongyan -- config docs)', () => {
  assert.equal(stored('configuration.md'), configReference());
  assert.equal(stored('hongyan.example.toml'), configExample());
});

test('the example file is a valid configuration that changes nothing', () => {
  const { data: _data, ...rest } = parseConfig('/x/h.toml', configExample());
  const { data: _default, ...defaults } = defaultConfig();
  assert.deepEqual(rest, defaults);
});

test('every line of the example file is valid once its sign is taken off', () => {
  const lines = configExample().split('\n');
  const uncommented = lines.map(line => (/^# (?:[a-z_0-9]+ = |\[)/.test(line) ? line.slice(2) : line));
  const config = parseConfig('/x/h.toml', uncommented.join('\n'));
  assert.equal(config.relay.smartHost?.host, 'smtp.example.net');
  assert.equal(config.tls.certificates.length, 1);
});
