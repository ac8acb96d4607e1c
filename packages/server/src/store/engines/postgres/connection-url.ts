import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** Where a PostgreSQL database is and how to reach it. */
export interface PostgresTarget {
  /** Host name, address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  readonly tls: false | ConnectionOptions;
}

/** The modes of `sslmode` that are kept (PostgreSQL 15 §34.19.1); `allow` and `prefer` promise nothing and are refused. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof sslModes)[number];

const known = new Set(['host', 'user', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']);

function isHere(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function tlsOf(mode: SslMode, host: string, parameters: URLSearchParams): false | ConnectionOptions {
  if (mode === 'disable') return false;
  const file = (name: string): string | undefined => {
    const path = parameters.get(name);
    return path ? readFileSync(path, 'utf8') : undefined;
  };
  const [ca, cert, key] = [file('sslrootcert'), file('sslcert'), file('sslkey')];
  return {
    rejectUnauthorized: mode !== 'require',
    ...(isIP(host) ? {} : { servername: host }),
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    minVersion: 'TLSv1.2',
  };
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`; a Unix socket is
 * `postgres:///database?host=/run/postgresql&user=…`.
 * Without `sslmode` a server on another machine has to prove its name (`verify-full`); `password` stands in for one that
 * the URL does not have. Certificates are read at once. Throws an `Error` that says what is wrong and never shows the password.
 */
export function readPostgresUrl(text: string, password: string | null = null): PostgresTarget {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new Error('not a URL of the form postgres://user@host/database');
  }
  for (const name of url.searchParams.keys())
    if (!known.has(name)) throw new Error(`unknown parameter ${name}`);
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = url.searchParams.get('user') ?? decodeURIComponent(url.username);
  if (!host || !database || !user) throw new Error('user, host and database are needed');
  const mode = url.searchParams.get('sslmode') ?? (isHere(host) ? 'disable' : 'verify-full');
  const sslMode = sslModes.find(one => one === mode);
  if (!sslMode) throw new Error(`sslmode has to be one of ${sslModes.join(', ')}`);
  return {
    host,
    port: url.port ? Number(url.port) : 5432,
    user,
    password: url.password ? decodeURIComponent(url.password) : password,
    database,
    tls: tlsOf(sslMode, host, url.searchParams),
  };
}
