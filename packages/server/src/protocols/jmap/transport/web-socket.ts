import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isArray, isObject, type Json, type JsonObject, own, parseJson } from '@hongyan/formats/jmap/json.ts';
import { problemDetails, type RequestProblem } from '@hongyan/formats/jmap/problem.ts';
import { readRequest } from '@hongyan/formats/jmap/request.ts';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { errorCatalogue, isMailError } from '../../../platform/errors.ts';
import { callerOf } from '../accounts.ts';
import type { Caller, JmapCarrier, JmapContext } from '../context.ts';
import { dispatch } from '../dispatch.ts';
import { knownCapabilities, sessionState } from './session.ts';
import { Turns } from './turns.ts';
import { StateWatcher } from './watcher.ts';

const maxPerAccount = 20;
/** A client that does not answer a ping is gone, ms. */
const pingMs = 60_000;
/** Octets that may wait for a slow client before it is cut. */
const maxWaiting = 16 * 1024 * 1024;
const goingAway = 1001;
const unsupportedData = 1003;
const policyViolation = 1008;

/** JMAP over WebSocket (RFC 8887). */
export class WebSockets {
  readonly #ctx: JmapContext;
  readonly #carrier: JmapCarrier;
  readonly #requests: Turns;
  readonly #connections = new Turns(maxPerAccount);
  readonly #server: WebSocketServer;

  constructor(ctx: JmapContext, carrier: JmapCarrier, requests: Turns) {
    this.#ctx = ctx;
    this.#carrier = carrier;
    this.#requests = requests;
    this.#server = new WebSocketServer({
      noServer: true,
      // What is somewhat too large gets its answer; what is much too large ends the connection.
      maxPayload: 2 * ctx.limits.maxSizeRequest,
      perMessageDeflate: false,
      handleProtocols: protocols => (protocols.has('jmap') ? 'jmap' : false),
    });
  }

  drain(): void {
    for (const socket of this.#server.clients) socket.close(goingAway);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.#accept(request, socket, head).catch((error: unknown) => {
      const status = isMailError(error) ? errorCatalogue[error.code].http : 500;
      if (status === 500) this.#ctx.log.error('jmap.upgrade_failed', { error });
      refuse(socket, status);
    });
  };

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const identity = await this.#carrier.identify(request);
    const { principal } = identity;
    const caller = await callerOf(this.#ctx, principal, this.#carrier.client(request));
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(item => item.trim());
    if (!offered.includes('jmap')) return refuse(socket, 400);
    const turn = this.#connections.take(principal.accountId);
    if (!turn) return refuse(socket, 429);
    socket.once('close', () => turn[Symbol.dispose]());
    this.#server.handleUpgrade(request, socket, head, connection => {
      const recheck = async (): Promise<Caller> => {
        const again = await this.#carrier.identify(request);
        return callerOf(this.#ctx, again.principal, this.#carrier.client(request));
      };
      const signedIn = this.#carrier.watch(identity, () => connection.close(policyViolation));
      connection.once('close', () => signedIn[Symbol.dispose]());
      new Connection(this.#ctx, caller, connection, this.#requests, recheck).start();
    });
  }
}

function refuse(socket: Duplex, status: number): void {
  if (!socket.destroyed) {
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

class Connection {
  readonly #ctx: JmapContext;
  #caller: Caller;
  readonly #socket: WebSocket;
  readonly #requests: Turns;
  /** Whether they are still signed in, and what they may use now. */
  readonly #recheck: () => Promise<Caller>;
  #watcher: StateWatcher | null = null;
  #alive = true;

  constructor(
    ctx: JmapContext,
    caller: Caller,
    socket: WebSocket,
    requests: Turns,
    recheck: () => Promise<Caller>,
  ) {
    this.#ctx = ctx;
    this.#caller = caller;
    this.#socket = socket;
    this.#requests = requests;
    this.#recheck = recheck;
  }

  start(): void {
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(unsupportedData);
      else void this.#message(data);
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.once('close', () => this.#watcher?.[Symbol.dispose]());
    this.#ping();
  }

  #ping(): void {
    const timer = this.#ctx.clock.after(pingMs, () => {
      if (!this.#alive) return this.#socket.terminate();
      this.#alive = false;
      this.#socket.ping();
      this.#ping();
    });
    this.#socket.once('close', () => timer.cancel());
  }

  async #message(data: RawData): Promise<void> {
    try {
      this.#caller = await this.#recheck();
    } catch {
      this.#socket.close(policyViolation);
      return;
    }
    const bytes = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data);
    const { maxSizeRequest } = this.#ctx.limits;
    if (bytes.length > maxSizeRequest) {
      return this.#problem({ type: 'limit', limit: 'maxSizeRequest', detail: 'too large' }, null);
    }
    const parsed = parseJson(bytes);
    if (parsed.kind === 'invalid') return this.#problem({ type: 'notJSON', detail: parsed.detail }, null);
    const { value } = parsed;
    const type = isObject(value) ? own(value, '@type') : undefined;
    const id = isObject(value) ? (own(value, 'id') ?? null) : null;
    const requestId = typeof id === 'string' ? id : null;
    if (!isObject(value)) this.#problem({ type: 'notRequest', detail: 'an object is expected' }, null);
    else if (type === 'Request') await this.#request(value, requestId);
    else if (type === 'WebSocketPushEnable') await this.#enable(value);
    else if (type === 'WebSocketPushDisable') this.#disable();
    else this.#problem({ type: 'notRequest', detail: '@type is not one of RFC 8887' }, requestId);
  }

  async #request(value: JsonObject, requestId: string | null): Promise<void> {
    using turn = this.#requests.take(this.#caller.principal.accountId);
    if (!turn) {
      const detail = `at most ${this.#ctx.limits.maxConcurrentRequests} at a time`;
      return this.#problem({ type: 'limit', limit: 'maxConcurrentRequests', detail }, requestId);
    }
    const parsed = readRequest(value, knownCapabilities, this.#ctx.limits);
    if (parsed.kind === 'problem') return this.#problem(parsed.problem, requestId);
    const state = sessionState(this.#ctx, this.#caller);
    const response = await dispatch(this.#ctx, this.#caller, parsed.request, state);
    this.#send({ '@type': 'Response', ...(requestId === null ? {} : { requestId }), ...response });
  }

  async #enable(value: JsonObject): Promise<void> {
    const types = own(value, 'dataTypes') ?? null;
    const pushState = own(value, 'pushState') ?? null;
    const wrong = types !== null && !(isArray(types) && types.every(item => typeof item === 'string'));
    if (wrong || (pushState !== null && typeof pushState !== 'string')) {
      return this.#problem({ type: 'notRequest', detail: 'not a WebSocketPushEnable' }, null);
    }
    this.#disable();
    const wanted = types === null ? null : new Set(types.map(String));
    const watcher = new StateWatcher(this.#ctx, this.#caller, wanted, change => {
      this.#recheck().then(
        () => this.#send({ ...change.change, pushState: change.pushState }),
        () => this.#socket.close(policyViolation),
      );
    });
    this.#watcher = watcher;
    await watcher.start(pushState);
    if (this.#socket.readyState !== this.#socket.OPEN) watcher[Symbol.dispose]();
  }

  #disable(): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = null;
  }

  #problem(problem: RequestProblem, requestId: string | null): void {
    this.#send({
      '@type': 'RequestError',
      ...(requestId === null ? {} : { requestId }),
      ...problemDetails(problem),
    });
  }

  #send(value: Json): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxWaiting) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(value));
  }
}
