// First act of every script: plain JavaScript that runs on Node 20, installs what is missing or stale,
// then hands the command over to the Node version the project pins. Usage: node scripts/run.js FILE [ARGS…]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const minimumMajor = 26;
const stamp = join(root, 'node_modules', '.hongyan-installed');

/** Hash of the files that decide what `npm ci` lays down. */
function wanted() {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    hash.update(readFileSync(join(root, name)));
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

function fail(message) {
  process.stderr.write(`hongyan: ${message}\n`);
  process.exit(1);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A lock file that names its owner, so that two commands started at once do not install over each other. */
function withInstallLock(work) {
  const lock = join(root, '.cache', 'install.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number.parseInt(readFileSync(lock, { encoding: 'utf8', flag: 'a+' }), 10);
    // Whoever was killed in the middle has left the file behind; an empty one is being written this moment.
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    else if (waited === 0) process.stderr.write('hongyan: waiting for another installation to end …\n');
    else if (waited > 1200) fail(`an installation seems to hang; if none is running, remove ${lock}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  process.on('exit', () => rmSync(lock, { force: true }));
  work();
  rmSync(lock, { force: true });
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

function install() {
  if (installed()) return;
  process.stderr.write('hongyan: installing dependencies (npm ci), once …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail('npm ci failed; its messages are above');
  writeFileSync(stamp, wanted());
}

/** The pinned Node, from the package for this platform, else this very Node if it is new enough. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packages = [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
    `node-win-${process.arch}`,
  ];
  for (const pkg of packages) {
    const candidate = join(root, 'node_modules', pkg, 'bin', name);
    if (existsSync(candidate)) return candidate;
  }
  return process.execPath;
}

if (!installed()) withInstallLock(install);
const node = findNode();
const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim() ?? '';
if (!(Number.parseInt(version, 10) >= minimumMajor)) {
  fail(
    `needs Node ${minimumMajor} or newer, but ${node} is ${version || 'not runnable'}. ` +
      `No Node ${minimumMajor} package was installed for ${process.platform}-${process.arch}; install one and start again.`,
  );
}

const [file, ...rest] = process.argv.slice(2);
if (!file) fail('usage: node scripts/run.js FILE [ARGS…]');
const child = spawn(node, [join(root, file), ...rest], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compile'),
    PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
  },
});
// The terminal sends Ctrl-C to the whole group; a supervisor sends SIGTERM to us alone.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    return;
  }
  process.exit(code ?? 1);
});
