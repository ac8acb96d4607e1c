// npm run test:tools: installs the programs that the tests talk with (a browser, mail clients of other makers, PostgreSQL,
// pebble) on Debian and its children, as root or through sudo. `npm test` does it by itself where CI is set. What cannot
// be had stops nothing: the tests that want it are skipped by name.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findPostgres } from '../packages/testkit/src/stores/postgres-server.ts';
import { findChromium } from '../packages/web/test/browser.ts';

interface Tool {
  /** Debian's package. */
  readonly name: string;
  readonly present: () => boolean;
}

const onPath = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
const program = (name: string, command: string = name): Tool => ({ name, present: () => onPath(command) });

const tools: readonly Tool[] = [
  { name: 'chromium', present: () => findChromium() !== null },
  {
    name: 'fonts-noto-cjk',
    present: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
  { name: 'postgresql', present: () => findPostgres() !== null },
  program('curl'),
  program('swaks'),
  program('isync', 'mbsync'),
  program('mutt'),
  program('neomutt'),
  program('offlineimap3', 'offlineimap'),
  program('imapfilter'),
  {
    name: 'libmail-imapclient-perl',
    present: () =>
      spawnSync('/usr/bin/perl', ['-MMail::IMAPClient', '-e', '1'], { stdio: 'ignore' }).status === 0,
  },
  program('fetchmail'),
  program('mpop'),
  program('getmail6', 'getmail'),
  program('sieve-connect'),
  program('interimap'),
  program('pebble'),
  program('strace'),
  program('iproute2', 'ip'),
  program('util-linux', 'setpriv'),
];

/** How long apt may take for each of its two steps. */
const timeoutMs = 10 * 60_000;
const policy = '/usr/sbin/policy-rc.d';

function apt(args: readonly string[]): string | null {
  const asRoot = process.getuid?.() === 0;
  const [command = '', ...rest] = [...(asRoot ? [] : ['sudo', '-n']), 'apt-get', '-q', '-y', ...args];
  const { status, error, stderr } = spawnSync(command, rest, {
    encoding: 'utf8',
    timeout: timeoutMs,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? 'apt-get failed';
}

/** Keeps packages from starting the services they bring; nothing where the machine has a rule of its own. */
function quietServices(): Disposable {
  const made = process.getuid?.() === 0 && !existsSync(policy);
  if (made) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return {
    [Symbol.dispose]: () => {
      if (made) rmSync(policy, { force: true });
    },
  };
}

/** Installs what is missing; says what was done and what could not be had. */
export function installTestTools(say: (text: string) => void): void {
  const missing = tools.filter(tool => !tool.present());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  if (!onPath('apt-get')) {
    say(`— tools: not installed here, and there is no apt-get to install them: ${names.join(' ')}`);
    return;
  }
  say(`— tools: installing ${names.join(' ')}`);
  using _ = quietServices();
  const stale = apt(['update']);
  const failed = apt(['install', '--no-install-recommends', ...names]);
  if (failed) {
    // One package that this release does not have must not keep the others away.
    for (const name of names) apt(['install', '--no-install-recommends', name]);
  }
  const left = missing.filter(tool => !tool.present()).map(({ name }) => name);
  if (left.length > 0) {
    say(`  not to be had: ${left.join(' ')} (${failed ?? stale ?? 'installed, but not found'})`);
  }
}

if (import.meta.main) installTestTools(text => process.stdout.write(`${text}\n`));
