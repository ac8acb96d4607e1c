import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Subject } from '../lib/subject.ts';

const postfixBinary = '/usr/sbin/postfix';
const dovecotBinary = '/usr/sbin/dovecot';

/** Why the chain cannot run here, or null. */
export function postfixDovecotMissing(): string | null {
  for (const file of [postfixBinary, dovecotBinary, '/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/imap']) {
    if (!existsSync(file)) return `${file} is missing (apt-get install postfix dovecot-imapd dovecot-lmtpd)`;
  }
  if (process.getuid?.() !== 0) return 'Postfix and Dovecot start as root only';
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function dovecotConfig(folder: string, ports: { imap: number; lmtp: number }): string {
  return `
base_dir = ${folder}/dovecot-run
state_dir = ${folder}/dovecot-state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = mdbox:${folder}/mail/%u
mail_uid = dovecot
mail_gid = dovecot
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = always
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
protocol lmtp {
  auth_username_format = %Ln
}
namespace inbox {
  inbox = yes
}
`;
}

function postfixMain(folder: string, lmtp: number): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/postfix-queue
data_directory = ${folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = hongyan.test
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:${lmtp}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
lmtp_destination_concurrency_limit = 20
smtp_dns_support_level = disabled
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
alias_maps =
alias_database =
biff = no
`;
}

function postfixMaster(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr || result.stdout}`);
}

/**
 * Postfix → LMTP → Dovecot (mdbox) in a temporary folder on loopback. Durability on: Postfix syncs its queue files by
 * itself, Dovecot runs with mail_fsync=always. Every user of hongyan.test exists; the password is `secret`.
 */
export async function startPostfixDovecot(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-peer-'));
  chmodSync(folder, 0o755);
  const ports = { smtp: await freePort(), imap: await freePort(), lmtp: await freePort() };
  mkdirSync(join(folder, 'mail'));
  run('chown', ['dovecot:dovecot', join(folder, 'mail')]);
  writeFileSync(join(folder, 'dovecot.conf'), dovecotConfig(folder, ports));
  mkdirSync(join(folder, 'postfix'));
  mkdirSync(join(folder, 'postfix-queue'));
  mkdirSync(join(folder, 'postfix-data'));
  run('chown', ['postfix', join(folder, 'postfix-data')]);
  writeFileSync(join(folder, 'postfix/main.cf'), postfixMain(folder, ports.lmtp));
  writeFileSync(join(folder, 'postfix/master.cf'), postfixMaster(ports.smtp));
  const dovecot = spawn(dovecotBinary, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  run(postfixBinary, ['-c', join(folder, 'postfix'), 'start']);
  await sleep(1500);
  const master = Number(readFileSync(join(folder, 'postfix-queue/pid/master.pid'), 'utf8').trim());
  return {
    name: 'Postfix → Dovecot',
    smtpPort: ports.smtp,
    imapPort: ports.imap,
    password: 'secret',
    roots: [master, dovecot.pid ?? 0],
    storage: join(folder, 'mail'),
    login: user => user,
    async [Symbol.asyncDispose]() {
      spawnSync(postfixBinary, ['-c', join(folder, 'postfix'), 'stop']);
      const gone = new Promise(resolve => dovecot.once('exit', resolve));
      dovecot.kill('SIGTERM');
      await gone;
      await sleep(300);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
