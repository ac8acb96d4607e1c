import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const phpFpm = '/usr/sbin/php-fpm8.2';
const nginx = '/usr/sbin/nginx';
const home = '/var/lib/roundcube';
const defaults = '/etc/roundcube/defaults.inc.php';
const schema = '/usr/share/roundcube/SQL/sqlite.initial.sql';

/** Why Roundcube cannot run here, or null. */
export function roundcubeMissing(): string | null {
  for (const file of [phpFpm, nginx, join(home, 'index.php'), defaults, schema, '/usr/bin/php']) {
    if (!existsSync(file))
      return `${file} is missing (apt-get install roundcube-core roundcube-sqlite3 php-fpm php-cli nginx-light)`;
  }
  return process.getuid?.() === 0 ? null : 'Roundcube is started as root only';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function roundcubeConfig(folder: string, imapPort: number, smtpPort: number): string {
  return `<?php
$config = [];
$config['db_dsnw'] = 'sqlite:///${folder}/roundcube.db?mode=0600';
$config['imap_host'] = '127.0.0.1:${imapPort}';
$config['smtp_host'] = '127.0.0.1:${smtpPort}';
$config['des_key'] = '0123456789abcdef01234567';
$config['temp_dir'] = '${folder}/temp';
$config['log_dir'] = '${folder}/logs';
$config['plugins'] = [];
$config['language'] = 'en_GB';
$config['mail_pagesize'] = 50;
`;
}

function fpmConfig(folder: string): string {
  return `[global]
error_log = ${folder}/fpm.log
daemonize = no
[www]
user = root
group = root
listen = ${folder}/fpm.sock
pm = static
pm.max_children = 4
env[ROUNDCUBE_CONFIG_DIR] = ${folder}/config
php_admin_value[opcache.enable] = 1
`;
}

function nginxConfig(folder: string, port: number): string {
  return `daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  gzip on;
  gzip_types text/css application/javascript application/json;
  client_body_temp_path ${folder}/temp;
  fastcgi_temp_path ${folder}/temp;
  server {
    listen 127.0.0.1:${port};
    root ${home};
    index index.php;
    location ~ \\.php$ {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_pass unix:${folder}/fpm.sock;
    }
    location / { expires 30d; }
  }
}
`;
}

export interface Roundcube extends AsyncDisposable {
  readonly url: string;
  readonly roots: readonly number[];
}

/** Debian's Roundcube (Elastic, SQLite, opcache, nginx with gzip) on loopback, before somebody else's IMAP server. */
export async function startRoundcube(imapPort: number, smtpPort: number): Promise<Roundcube> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-roundcube-'));
  chmodSync(folder, 0o755);
  for (const name of ['temp', 'logs', 'config']) mkdirSync(join(folder, name));
  const port = await freePort();
  writeFileSync(join(folder, 'config/config.inc.php'), roundcubeConfig(folder, imapPort, smtpPort));
  symlinkSync(defaults, join(folder, 'config/defaults.inc.php'));
  writeFileSync(join(folder, 'fpm.conf'), fpmConfig(folder));
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder, port));
  const made = spawnSync(
    '/usr/bin/php',
    [
      '-r',
      '(new PDO("sqlite:" . $argv[1]))->exec(file_get_contents($argv[2]));',
      join(folder, 'roundcube.db'),
      schema,
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`roundcube.db: ${made.stderr}${made.stdout}`);
  const children = [
    spawn(phpFpm, ['-R', '-y', join(folder, 'fpm.conf')], { stdio: 'ignore' }),
    spawn(nginx, ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }),
  ];
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok && (await answer.text()).includes('rcmloginuser')) break;
    if (tries > 100) throw new Error(`Roundcube does not answer (${answer?.status ?? 'no connection'})`);
    await sleep(100);
  }
  return {
    url,
    roots: children.map(child => child.pid ?? 0),
    async [Symbol.asyncDispose]() {
      const gone = children.map(child => new Promise(resolve => child.once('exit', resolve)));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(gone);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
