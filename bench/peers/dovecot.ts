import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapPeer } from '../lib/imap-peer.ts';

const binary = '/usr/sbin/dovecot';

/** Why Dovecot cannot run here, or null. */
export function dovecotMissing(): string | null {
  for (const file of [binary, '/usr/lib/dovecot/imap', '/usr/bin/openssl']) {
    if (!existsSync(file)) return `${file} is missing (apt-get install dovecot-imapd openssl)`;
  }
  return process.getuid?.() === 0 ? null : 'Dovecot starts as root only';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * mail_fsync is Dovecot's own default: appended mail is synced before OK, changed flags are not. That is what our server
 * promises, too. Limits are as high as the thousand idle connections need.
 */
function config(folder: string, ports: { readonly imap: number; readonly imaps: number }): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = mdbox:${folder}/mail/%u
mail_uid = dovecot
mail_gid = dovecot
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = optimized
mail_max_userip_connections = 0
default_process_limit = 2500
default_client_limit = 6000
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=${folder}/mail/%u allow_all_users=yes
}
service imap {
  process_limit = 2500
}
service imap-login {
  service_count = 0
  process_min_avail = 2
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${ports.imaps}
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
}
`;
}

/** Dovecot (mdbox) in a temporary folder on loopback; every user exists, the password is `secret`. */
export async function startDovecot(): Promise<ImapPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-peer-'));
  chmodSync(folder, 0o755);
  const ports = { imap: await freePort(), imaps: await freePort() };
  mkdirSync(join(folder, 'mail'));
  spawnSync('chown', ['dovecot:dovecot', join(folder, 'mail')]);
  const made = spawnSync(
    'openssl',
    [
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'.split(
        ' ',
      ),
      '-keyout',
      join(folder, 'key.pem'),
      '-out',
      join(folder, 'cert.pem'),
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  writeFileSync(join(folder, 'dovecot.conf'), config(folder, ports));
  const server = spawn(binary, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'inherit' });
  const gone = new Promise(resolve => server.once('exit', resolve));
  await sleep(1_000);
  return {
    name: 'Dovecot',
    imapPort: ports.imap,
    imapsPort: ports.imaps,
    password: 'secret',
    roots: [server.pid ?? 0],
    login: user => user,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await gone;
      await sleep(300);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
