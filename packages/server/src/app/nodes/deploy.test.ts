import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Config } from '../config/config.ts';
import { defaultConfig, parseConfig } from '../config/load.ts';

const root = join(import.meta.dirname, '../../../../..');
const installed = '/opt/hongyan/';
/** Time past both deadlines for closing, ms. */
const closingMs = 2_000;

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The configuration inside the ConfigMap: what is indented below its key. */
function mapped(): string {
  const lines = read('deploy/kubernetes/hongyan.yaml').split('\n');
  const from = lines.findIndex(line => line.trim() === 'hongyan.toml: |') + 1;
  const length = lines.slice(from).findIndex(line => line !== '' && !line.startsWith('    '));
  return lines
    .slice(from, from + length)
    .map(line => line.slice(4))
    .join('\n');
}

function stopMs({ drainDelay, drainTimeout }: Config): number {
  return drainDelay + drainTimeout + closingMs;
}

function seconds(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]) * 1_000;
}

test('configurations of the containers are valid, and supervisors wait for the drain', () => {
  const contained = parseConfig('/etc/hongyan/hongyan.toml', read('deploy/hongyan.toml'));
  const pods = parseConfig('/etc/hongyan/hongyan.toml', mapped());
  assert.ok(pods.store.url?.includes('verify-full'));
  const manifests = read('deploy/kubernetes/hongyan.yaml');
  assert.ok(seconds(read('deploy/compose.yaml'), /stop_grace_period: (\d+)s/) > stopMs(contained));
  assert.ok(seconds(manifests, /terminationGracePeriodSeconds: (\d+)/) > stopMs(pods));
  const longest = Math.max(stopMs(contained), stopMs(defaultConfig()));
  assert.ok(seconds(read('deploy/hongyan.service'), /^TimeoutStopSec=(\d+)$/m) > longest);
  for (const config of [contained, pods]) {
    assert.equal(config.monitoring.port, 9464);
    assert.ok(config.monitoring.tokenFile, 'metrics that others can reach have a token');
  }
});

test('ports that manifests name are those of the program', () => {
  const { listen } = defaultConfig();
  const open = new Set([...Object.values(listen).filter(Number.isInteger), 9464]);
  const manifests = read('deploy/kubernetes/hongyan.yaml');
  const named = [
    ...[...manifests.matchAll(/containerPort: (\d+)/g)].map(([, port]) => Number(port)),
    ...[...read('deploy/compose.yaml').matchAll(/"(?:[\d.]+:)?\d+:(\d+)"/g)].map(([, port]) => Number(port)),
    ...(/^EXPOSE (.+)$/m.exec(read('deploy/Containerfile'))?.[1] ?? '').split(' ').map(Number),
  ];
  assert.ok(named.length > 15);
  for (const port of named) assert.ok(open.has(port), `port ${port}`);
  const targets = [...manifests.matchAll(/targetPort: (\w+)/g)].map(([, name]) => name);
  for (const name of targets) assert.match(manifests, new RegExp(`name: ${name}, containerPort:`));
  for (const path of manifests.matchAll(/path: (\/\w+), port/g))
    assert.match(path[1] ?? '', /^\/(?:healthz|readyz)$/);
});

test('files that the unit, the container and the manifests run are there', () => {
  const unit = read('deploy/hongyan.service');
  const paths = [...unit.matchAll(/\/opt\/hongyan\/([^\s]+)/g)].map(([, path]) => path ?? '');
  assert.ok(paths.length >= 4);
  for (const path of paths) assert.ok(existsSync(join(root, path)), `${installed}${path}`);
  const entry = /ENTRYPOINT \["node", "([^"]+)"\]/.exec(read('deploy/Containerfile'))?.[1] ?? '';
  assert.ok(existsSync(join(root, entry)), entry);
  const user = /--uid (\d+)/.exec(read('deploy/Containerfile'))?.[1];
  assert.match(read('deploy/kubernetes/hongyan.yaml'), new RegExp(`runAsUser: ${user}\\b`));
  for (const file of ['deploy/compose.yaml', 'deploy/kubernetes/hongyan.yaml'])
    assert.ok(!read(file).includes('\t'), 'YAML has no tabs (YAML 1.2.2 §6.1)');
});
