import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildServer } from '../../../../../scripts/build-server.ts';
import { commandFamilies } from '../command/families.ts';
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

test('files that the unit, the container and the manifests run are there', async () => {
  await buildServer();
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

/** Instructions of the container file, in order: name and the rest, continued lines joined. */
function instructions(): { readonly name: string; readonly rest: string }[] {
  const joined = read('deploy/Containerfile').replaceAll(/\\\n\s*/g, ' ');
  const lines = joined.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return lines.map(line => {
    const at = line.indexOf(' ');
    return { name: line.slice(0, at), rest: line.slice(at + 1) };
  });
}

test('commands in deploy files are commands of the program', () => {
  const known = new Set(commandFamilies.flatMap(({ names }) => names));
  let count = 0;
  for (const file of ['deploy/hongyan.service', 'deploy/compose.yaml']) {
    const text = read(file).replaceAll(/\\\n#?\s*/g, ' ');
    for (const [, rest = ''] of text.matchAll(/dist\/current\/main\.js (.+)/g)) {
      const words = rest.trim().split(/\s+/);
      const command = words.find((word, at) => !word.startsWith('-') && words[at - 1] !== '--config');
      assert.ok(known.has(command ?? ''), `${file}: ${rest}`);
      count += 1;
    }
  }
  assert.equal(count, 3);
  const cmd = instructions().find(({ name }) => name === 'CMD')?.rest ?? '';
  assert.ok(known.has(JSON.parse(cmd).at(-1)));
});

test('the container file names versions, runs as a plain user, and starts the program without a shell', () => {
  const all = instructions();
  const bases = all.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0] ?? '');
  for (const base of bases) assert.match(base, /^[a-z/]+:\d/, 'a base image has a version');
  const users = all.filter(({ name }) => name === 'USER').map(({ rest }) => rest);
  assert.deepEqual(users, ['hongyan']);
  const after = all.slice(all.findIndex(({ name }) => name === 'USER'));
  assert.ok(!after.some(({ name }) => name === 'RUN' || name === 'COPY' || name === 'ADD'));
  for (const { name, rest } of all) {
    assert.notEqual(name, 'ADD', 'COPY says what it does');
    if (name === 'ENTRYPOINT' || name === 'CMD') assert.ok(Array.isArray(JSON.parse(rest)));
    if (name === 'WORKDIR') assert.match(rest, /^\//);
    assert.doesNotMatch(rest, /\bsudo\b|:latest\b|curl[^|]*\|/);
  }
  const names = all.map(({ name }) => name);
  for (const once of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK', 'STOPSIGNAL'])
    assert.equal(names.filter(name => name === once).length, 1, once);
});

test('secrets, mail and what is built anew stay out of the image and out of the repository', () => {
  const ignored = new Set(read('.dockerignore').split('\n'));
  for (const path of ['.git', 'data', 'deploy/secrets', '**/node_modules', '**/*.key'])
    assert.ok(ignored.has(path), path);
  const secrets = [...read('deploy/compose.yaml').matchAll(/file: \.\/(\S+)/g)].map(([, path]) => path ?? '');
  assert.ok(secrets.length >= 3);
  for (const path of secrets) assert.match(`deploy/${path}`, /^deploy\/secrets\//);
  assert.ok(read('.gitignore').split('\n').includes('deploy/secrets/'));
});

test('systemd finds nothing wrong with the unit', t => {
  const { error, status, stderr }: SpawnSyncReturns<string> & { error?: NodeJS.ErrnoException } = spawnSync(
    'systemd-analyze',
    ['verify', join(root, 'deploy/hongyan.service')],
    { encoding: 'utf8' },
  );
  // Where there is no systemd the unit is of no use either.
  if (error?.code === 'ENOENT') return t.skip('systemd-analyze is not installed');
  assert.ifError(error);
  // Whether the program is installed here is not the unit's matter.
  const told = stderr
    .split('\n')
    .filter(line => line.includes('hongyan.service') && !line.includes('is not executable'));
  assert.deepEqual(told, []);
  assert.ok(status === 0 || stderr.includes('is not executable'));
});
