import { type AddressInfo, BlockList, createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Connection, type Peer } from './connection.ts';
import { type ConnectionLimiter, canonicalAddress, type RefusalReason } from './connection-limiter.ts';
import { parseProxyHeader } from './proxy-protocol.ts';
import type { TlsProvider } from './tls.ts';

export interface ListenOptions {
  /** Address to listen on; `::` takes IPv4 too. */
  readonly host: string;
  /** 0 lets the system choose: see `Listener.address`. */
  readonly port: number;
  readonly backlog?: number;
  /** Certificates for TLS from the first byte. Leave out for plain listeners; STARTTLS is the session's `startTls`. */
  readonly implicitTls?: TlsProvider;
  readonly handshakeTimeoutMs?: number;
  /** Shared between listeners when the same object is given to several. */
  readonly limiter?: ConnectionLimiter;
  /** What a plain client is told before it is turned away, in the protocol's own words with CRLF. */
  readonly farewell?: (reason: RefusalReason) => string;
  /** Addresses and networks (`192.0.2.0/24`) whose connections begin with a PROXY header, and must. */
  readonly proxiesTrusted?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** The session. The connection is closed when it settles; an exception is logged and cuts the connection. */
  readonly onConnection: (connection: Connection) => Promise<void>;
}

export interface Listener extends AsyncDisposable {
  address(): AddressInfo;
  /** Sessions running now. */
  readonly connections: number;
  /**
   * Stops accepting, tells the sessions, waits until they are through or `deadlineMs` has passed, then cuts the
   * rest. Resolves with the number of sessions that were cut. Disposing is draining without waiting.
   */
  drain(deadlineMs: number): Promise<number>;
}

const defaultHandshakeTimeoutMs = 30_000;
const proxyHeaderTimeoutMs = 5000;
const refusalLingerMs = 2000;

/** Opens a TCP listener. Rejects when the address cannot be had (`EADDRINUSE`, `EACCES`). Works under `node:cluster`. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const listener = new TcpListener(options);
  await listener.open();
  return listener;
}

class TcpListener implements Listener {
  readonly #options: ListenOptions;
  readonly #server: Server;
  readonly #trusted: BlockList | null;
  readonly #sessions = new Map<Connection, Promise<void>>();
  readonly #waiting = new Set<Socket>();
  #draining = false;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#trusted = options.proxiesTrusted === undefined ? null : blockList(options.proxiesTrusted);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, socket => {
      this.#accept(socket);
    });
  }

  get connections(): number {
    return this.#sessions.size;
  }

  open(): Promise<void> {
    const { host, port, backlog = 511 } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog }, () => {
        this.#server.off('error', reject);
        this.#server.on('error', error => this.#options.log.error('net.listener_failed', { error, port }));
        resolve();
      });
    });
  }

  address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the listener is closed');
    return address;
  }

  async drain(deadlineMs: number): Promise<number> {
    if (!this.#draining) {
      this.#draining = true;
      this.#server.close();
      for (const socket of this.#waiting) socket.destroy();
      for (const connection of this.#sessions.keys()) connection.beginDrain();
    }
    let cut = 0;
    const cutRest = (): void => {
      for (const connection of this.#sessions.keys()) {
        if (!connection.closing) cut += 1;
        connection.destroy();
      }
    };
    if (deadlineMs <= 0) cutRest();
    const timer = deadlineMs > 0 ? this.#options.clock.after(deadlineMs, cutRest) : null;
    await Promise.all(this.#sessions.values());
    timer?.cancel();
    return cut;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0);
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    const address = canonicalAddress(socket.remoteAddress ?? '');
    const peer = { address, port: socket.remotePort ?? 0 };
    if (this.#draining || address === '') socket.destroy();
    else if (this.#trusted !== null && this.#trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      this.#readProxyHeader(socket, peer);
    } else this.#admit(socket, peer);
  }

  #readProxyHeader(socket: Socket, proxy: Peer): void {
    const { clock, log } = this.#options;
    let seen = Buffer.alloc(0);
    this.#waiting.add(socket);
    const timer = clock.after(proxyHeaderTimeoutMs, () => socket.destroy());
    const done = (): void => {
      timer.cancel();
      this.#waiting.delete(socket);
      socket.off('data', onData).off('close', done);
    };
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      const header = parseProxyHeader(seen);
      if (header.kind === 'incomplete') return;
      done();
      if (header.kind === 'invalid') {
        log.warn('net.proxy_header_invalid', { proxy: proxy.address });
        socket.destroy();
        return;
      }
      socket.pause();
      const rest = seen.subarray(header.length);
      if (rest.length > 0) socket.unshift(rest);
      if (header.kind === 'local') this.#admit(socket, proxy);
      else this.#admit(socket, header.source, header.destination);
    };
    socket.on('data', onData).on('close', done);
  }

  #admit(socket: Socket, peer: Peer, local?: Peer): void {
    const { limiter, clock } = this.#options;
    const refused = limiter?.enter(peer.address) ?? null;
    if (refused !== null) {
      this.#refuse(socket, peer, refused);
      return;
    }
    const connection = new Connection(socket, local === undefined ? { clock, peer } : { clock, peer, local });
    const session = this.#run(connection).finally(() => {
      this.#sessions.delete(connection);
      limiter?.leave(peer.address);
    });
    this.#sessions.set(connection, session);
  }

  async #run(connection: Connection): Promise<void> {
    const { implicitTls, handshakeTimeoutMs = defaultHandshakeTimeoutMs, log, onConnection } = this.#options;
    try {
      if (implicitTls !== undefined) {
        const tls = await connection.implicitTls(implicitTls, handshakeTimeoutMs);
        if (tls === null) return;
        if (this.#draining) connection.beginDrain();
      }
      await onConnection(connection);
    } catch (error) {
      log.error('net.session_failed', { error, peer: connection.peer.address });
      connection.destroy();
    }
    await connection.close();
  }

  #refuse(socket: Socket, peer: Peer, reason: RefusalReason): void {
    const { clock, log, farewell, implicitTls } = this.#options;
    log.info('net.connection_refused', { peer: peer.address, reason });
    if (farewell === undefined || implicitTls !== undefined) {
      socket.destroy();
      return;
    }
    this.#waiting.add(socket);
    const timer = clock.after(refusalLingerMs, () => socket.destroy());
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => {
      timer.cancel();
      this.#waiting.delete(socket);
    });
    socket.end(farewell(reason));
    socket.resume();
  }
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2);
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
