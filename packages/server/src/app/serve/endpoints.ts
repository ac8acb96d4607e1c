import type { AddressInfo } from 'node:net';
import type { Log } from '../../platform/log.ts';
import type { Config, Role } from '../config/config.ts';
import { StartError } from '../start-error.ts';

/** What can be listened on, by the name of its port in the configuration. */
export const serviceNames = [
  'smtp',
  'submission',
  'submissions',
  'imap',
  'imaps',
  'pop3',
  'pop3s',
  'sieve',
  'web',
  'https',
  'http',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The role that a service belongs to. */
export const roleOfService: Readonly<Record<ServiceName, Role>> = {
  smtp: 'mx',
  submission: 'submission',
  submissions: 'submission',
  imap: 'imap',
  imaps: 'imap',
  pop3: 'pop3',
  pop3s: 'pop3',
  sieve: 'sieve',
  web: 'web',
  https: 'web',
  http: 'web',
};

export type Ports = Readonly<Partial<Record<ServiceName, number>>>;

/** A listening server of any protocol. */
export interface Listening extends AsyncDisposable {
  address(): AddressInfo;
  drain(deadlineMs: number): Promise<unknown>;
}

export type Opener = (host: string, port: number) => Promise<Listening>;

/** The port a service listens on: false when it is off, 0 when the system chooses. */
export function portOf(config: Config, service: ServiceName): number | false {
  const port = config.listen[service];
  return port === false || port === 0 ? port : port + config.portOffset;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function startError(error: unknown, host: string, port: number): unknown {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return new StartError('serve.port_taken', { host, port }, { cause: error });
  if (code === 'EACCES') return new StartError('serve.port_forbidden', { host, port }, { cause: error });
  return error;
}

/**
 * Opens a service on every address of the configuration. One that the machine does not have is left out unless it is
 * the only one. With port 0 the first address gets a port and the others the same.
 */
export async function openEverywhere(
  config: Config,
  port: number,
  open: Opener,
  log: Log,
): Promise<readonly Listening[]> {
  const { hosts } = config.listen;
  const opened: Listening[] = [];
  let shared = port;
  let missing: unknown = null;
  for (const host of hosts) {
    try {
      const listening = await open(host, shared);
      opened.push(listening);
      shared = listening.address().port;
    } catch (error) {
      const code = codeOf(error);
      const absent = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
      if (absent) {
        missing = error;
        log.info('serve.address_absent', { host });
        continue;
      }
      await Promise.all(opened.map(listening => listening[Symbol.asyncDispose]()));
      throw startError(error, host, shared);
    }
  }
  if (opened.length === 0) {
    throw new StartError('serve.no_address', { hosts: hosts.join(', ') }, { cause: missing });
  }
  return opened;
}
