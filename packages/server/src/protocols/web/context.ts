import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ClientServer } from '../../access/clients/servers.ts';
import type { PasswordContext } from '../../access/passwords.ts';
import type { Revocations } from '../../access/revocations.ts';
import type { SignInContext } from '../../access/sign-in-context.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { Client, RequestHead } from './client.ts';
import type { IdentifyContext, Identity } from './identify.ts';

/** What the web server needs from the rest of the house. */
export interface WebContext extends Omit<IdentifyContext, 'proofs'> {
  readonly passwords: PasswordContext;
  readonly signIn: SignInContext;
  readonly revocations: Revocations;
  /** What mail clients are set up with (CLI-06). */
  readonly clientServers: (tenantId: TenantId) => Promise<readonly ClientServer[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** An address to serve the web at. */
export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** TLS from the first byte; leave out behind a reverse proxy and on loopback. */
  readonly tls?: TlsProvider;
}

export interface WebOptions {
  /** Addresses and networks (`192.0.2.0/24`) of reverse proxies whose `X-Forwarded-…` headers count. */
  readonly trustedProxies?: readonly string[];
  /** The domain whose filing the pages at a host wait for (DOM-16), null where they may open; left out: they may everywhere. */
  readonly closedHost?: (host: string) => Promise<string | null>;
  /** Folder of the built webmail; without one a plain page says that the server runs. */
  readonly webmail?: string;
}

/** What the web server offers to the protocols that live in it. */
export interface WebServices {
  /** Throws as `identify` does. */
  identify(request: RequestHead): Promise<Identity>;
  client(request: RequestHead): Client;
  /** Whether what somebody signed in with is good still. */
  holds(identity: Identity): Promise<boolean>;
  /** Calls `cut` once when what somebody signed in with is not good any more; dispose when it does not matter any more. */
  watch(identity: Identity, cut: () => void): Disposable;
}

/** Takes over a connection after `Upgrade`. Has to answer or destroy the socket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Answers a GET with a stream that does not end. `open` sends the head with these fields and gives the connection; what is
 * thrown before that becomes problem details.
 */
export type StreamHandler = (
  request: IncomingMessage,
  open: (headers: Readonly<Record<string, string>>) => Duplex,
) => Promise<void>;

/** A protocol over HTTP: adds its routes, and may take upgraded connections by path. */
export interface WebModule {
  register(server: FastifyInstance): void;
  readonly upgrades?: ReadonlyMap<string, UpgradeHandler>;
  /**
   * Streams without end by path. Their connections are handed over as after `Upgrade`: what HTTP keeps for a request (parser,
   * request and answer, 8 KB) is let go, and the connection serves nothing else.
   */
  readonly streams?: ReadonlyMap<string, StreamHandler>;
  /** Ends long answers (event streams, WebSockets), so that the server can stop. */
  drain?(): void;
  /** Cuts those whose clients have not taken the end. */
  cut?(): void;
}
