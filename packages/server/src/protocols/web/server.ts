import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, BlockList, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerAuth } from './auth/routes.ts';
import { type Client, clientOf, type RequestHead } from './client.ts';
import { registerClosedHosts } from './closed-hosts.ts';
import { registerCompression } from './compress.ts';
import type { ListenOptions, WebContext, WebModule, WebOptions, WebServices } from './context.ts';
import { answerEndless } from './endless.ts';
import { createHttpServer } from './http-server.ts';
import { type IdentifyContext, type Identity, identify, identityHolds } from './identify.ts';
import { sendError } from './problem.ts';
import { ProofCache } from './proof-cache.ts';
import { securityHeaders } from './security-headers.ts';
import { registerStaticFiles } from './static-files.ts';

/** One address that the web is served at. */
export interface WebServer extends AsyncDisposable {
  address(): AddressInfo;
  /** Stops accepting, ends long answers, waits until requests are through or `deadlineMs` has passed, then cuts the rest. */
  drain(deadlineMs: number): Promise<void>;
}

/** What the web server answers, at any number of addresses. Ends with the last of them. */
export interface Web {
  /** Rejects when the address cannot be had. */
  listen(options: ListenOptions): Promise<WebServer>;
}

/** Makes a protocol of the web server out of what the server offers. */
export type WebModuleFactory = (web: WebServices) => WebModule;

/**
 * Makes the web server: sign-in under `/auth`, `/healthz`, the webmail's files, and what the modules add. All addresses
 * share it, and so its limits.
 *
 * @example
 * const web = await openWeb(ctx, options, [services => jmapModule(jmap, services)]);
 * const server = await web.listen({ host: '::1', port: 8080 });
 */
export async function openWeb(
  ctx: WebContext,
  options: WebOptions,
  factories: readonly WebModuleFactory[] = [],
): Promise<Web> {
  const trusted = blockList(options.trustedProxies ?? []);
  const services = new Services(ctx, trusted);
  const modules = factories.map(factory => factory(services));
  const app = buildApp(ctx, options, services, modules);
  await app.ready();
  return new SharedWeb(ctx, app, services, modules);
}

class SharedWeb implements Web {
  readonly #ctx: WebContext;
  readonly #app: FastifyInstance;
  readonly #services: WebServices;
  readonly #modules: readonly WebModule[];
  /** Addresses that are not asked to end yet. */
  #serving = 0;
  #ended: Promise<void> | null = null;

  constructor(ctx: WebContext, app: FastifyInstance, services: WebServices, modules: readonly WebModule[]) {
    this.#ctx = ctx;
    this.#app = app;
    this.#services = services;
    this.#modules = modules;
  }

  async listen({ host, port, tls }: ListenOptions): Promise<WebServer> {
    const { log } = this.#ctx;
    const app = this.#app;
    const modules = this.#modules;
    const server = createHttpServer(
      (request, answer) => app.routing(request, answer),
      tls,
      request =>
        modules.some(module => module.upgrades?.has(pathOf(request)) === true || isStream(module, request)),
    );
    for (const listener of app.server.listeners('clientError')) server.on('clientError', listener);
    routeHandedOver(server, this.#ctx, this.#services, modules);
    const listening = once(server, 'listening');
    server.listen({ host, port });
    await listening;
    server.on('error', error => log.error('web.listener_failed', { error }));
    this.#serving += 1;
    return new RunningServer(this.#ctx, server, {
      end: () => this.#end(),
      cut: () => {
        for (const module of modules) module.cut?.();
      },
    });
  }

  /** One address less. With the last one long answers end, and requests on connections that are open get 503. */
  #end(): Promise<void> {
    this.#serving -= 1;
    if (this.#serving > 0) return Promise.resolve();
    this.#ended ??= this.#close();
    return this.#ended;
  }

  async #close(): Promise<void> {
    for (const module of this.#modules) module.drain?.();
    await this.#app.close();
  }
}

class Services implements WebServices {
  readonly #ctx: IdentifyContext & Pick<WebContext, 'revocations'>;
  readonly #trusted: BlockList;

  constructor(ctx: WebContext, trusted: BlockList) {
    this.#ctx = { ...ctx, proofs: new ProofCache(ctx.clock) };
    this.#trusted = trusted;
  }

  client(request: RequestHead): Client {
    return clientOf(request, this.#trusted);
  }

  identify(request: RequestHead): Promise<Identity> {
    return identify(this.#ctx, request, this.client(request));
  }

  holds(identity: Identity): Promise<boolean> {
    return identityHolds(this.#ctx, identity);
  }

  watch(identity: Identity, cut: () => void): Disposable {
    const { tenantId, accountId } = identity.principal;
    const holds = (): Promise<boolean> => this.holds(identity);
    return this.#ctx.revocations.watch({ tenantId, accountId, holds, cut });
  }
}

/** What ends with an address, and what is cut when its clients do not end. */
interface Ending {
  end(): Promise<void>;
  cut(): void;
}

class RunningServer implements WebServer {
  readonly #ctx: WebContext;
  readonly #server: Server;
  readonly #ending: Ending;
  #closed: Promise<void> | null = null;

  constructor(ctx: WebContext, server: Server, ending: Ending) {
    this.#ctx = ctx;
    this.#server = server;
    this.#ending = ending;
  }

  address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the web server is closed');
    return address;
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close();
    if (deadlineMs <= 0) this.#cut();
    const timer = this.#ctx.clock.after(Math.max(deadlineMs, 0), () => this.#cut());
    await this.#closed;
    timer.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0);
  }

  #cut(): void {
    this.#server.closeAllConnections();
    this.#ending.cut();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await Promise.all([this.#ending.end(), closed]);
  }
}

function buildApp(
  ctx: WebContext,
  options: WebOptions,
  services: WebServices,
  modules: readonly WebModule[],
): FastifyInstance {
  const server: FastifyInstance = Fastify({
    logger: false,
    routerOptions: { maxParamLength: 2_000 },
    bodyLimit: 64 * 1024,
    // Never listens: addresses have servers of their own.
    serverFactory: handler => createServer(handler),
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(services.client(request.raw).encrypted));
      sendError(reply, error, ctx.log);
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(services.client(request.raw).encrypted));
  });
  registerClosedHosts(server, services, options);
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  registerCompression(server);
  server.setErrorHandler((error, _request, reply) => sendError(reply, error, ctx.log));
  server.get('/healthz', async () => ({ status: 'ok' }));
  registerAuth(server, ctx, services);
  for (const module of modules) server.register(async scope => module.register(scope));
  registerStaticFiles(server, options.webmail);
  return server;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function isStream({ streams }: WebModule, request: IncomingMessage): boolean {
  return request.method === 'GET' && streams?.has(pathOf(request)) === true;
}

function routeHandedOver(
  server: Server,
  ctx: Pick<WebContext, 'log'>,
  services: WebServices,
  modules: readonly WebModule[],
): void {
  const around = { log: ctx.log, client: (request: RequestHead) => services.client(request) };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request);
    for (const module of modules) {
      const stream = isStream(module, request) ? module.streams?.get(path) : undefined;
      if (stream) return void answerEndless(around, stream, request, socket);
      const upgrade = module.upgrades?.get(path);
      if (upgrade) return upgrade(request, socket, head);
    }
    return void socket.destroy();
  });
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
