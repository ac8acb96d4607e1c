import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isArray, isObject, type Json, type JsonObject, own, parseJson } from '@hongyan/formats/jmap/json.ts';
import { problemDetails, type RequestProblem } from '@hongyan/formats/jmap/problem.ts';
import { readRequest } from '@hongyan/formats/jmap/request.ts';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Timer } from '../../../platform/clock.ts';
import { errorCatalogue, isMailError } from '../../../platform/errors.ts';
import { callerOf } from '../accounts.ts';
import type { Caller, JmapCarrier, JmapContext, JmapIdentity, RequestHead } from '../context.ts';
import { dispatch } from '../dispatch.ts';
import { knownCapabilities, sessionState } from './session.ts';
import { Turns } from './turns.ts';
import { type PushedChange, StateWatcher } from './watcher.ts';

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
  readonly ctx: JmapContext;
  readonly carrier: JmapCarrier;
  /** Requests that an account has answered at a time, those over HTTP among them. */
  readonly requests: Turns;
  readonly #turns = new Turns(maxPerAccount);
  readonly #server: WebSocketServer;
  readonly #open = new Set<Connection>();
  /** One for all connections. */
  #timer: Timer | null = null;

  constructor(ctx: JmapContext, carrier: JmapCarrier, requests: Turns) {
    this.ctx = ctx;
    this.carrier = carrier;
    this.requests = requests;
    this.#server = new WebSocketServer({
      noServer: true,
      // What is somewhat too large gets its answer; what is much too large ends the connection.
      maxPayload: 2 * ctx.limits.maxSizeRequest,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: protocols => (protocols.has('jmap') ? 'jmap' : false),
    });
  }

  drain(): void {
    for (const connection of this.#open) connection.close(goingAway);
  }

  /** Cuts those that have not closed. */
  cut(): void {
    for (const connection of this.#open) connection.cut();
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.#accept(request, socket, head).catch((error: unknown) => {
      const status = isMailError(error) ? errorCatalogue[error.code].http : 500;
      if (status === 500) this.ctx.log.error('jmap.upgrade_failed', { error });
      refuse(socket, status);
    });
  };

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const identity = await this.carrier.identify(request);
    const { accountId } = identity.principal;
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(item => item.trim());
    if (!offered.includes('jmap')) return refuse(socket, 400);
    if (socket.destroyed) return;
    const turn = this.#turns.take(accountId);
    if (!turn) return refuse(socket, 429);
    socket.once('close', () => turn[Symbol.dispose]());
    // The request itself is let go: it is larger than all that is kept of it.
    const { headers, method = 'GET', socket: raw } = request;
    this.#server.handleUpgrade(request, socket, head, webSocket => {
      const connection = new Connection(this, identity, { headers, method, socket: raw }, webSocket);
      const signedIn = this.carrier.watch(identity, () => connection.close(policyViolation));
      this.#open.add(connection);
      webSocket.once('close', () => {
        signedIn[Symbol.dispose]();
        this.#open.delete(connection);
        connection[Symbol.dispose]();
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#timer !== null || this.#open.size === 0) return;
    this.#timer = this.ctx.clock.after(pingMs, () => {
      this.#timer = null;
      for (const connection of this.#open) connection.ping();
      this.#schedule();
    });
  }
}

function refuse(socket: Duplex, status: number): void {
  if (!socket.destroyed) {
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

class Connection implements Disposable {
  readonly #sockets: WebSockets;
  readonly #identity: JmapIdentity;
  readonly #request: RequestHead;
  readonly #socket: WebSocket;
  #watcher: StateWatcher | null = null;
  #alive = true;

  constructor(sockets: WebSockets, identity: JmapIdentity, request: RequestHead, socket: WebSocket) {
    this.#sockets = sockets;
    this.#identity = identity;
    this.#request = request;
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      this.#alive = true;
      if (isBinary) socket.close(unsupportedData);
      else void this.#message(data);
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', () => socket.terminate());
  }

  [Symbol.dispose](): void {
    this.#disable();
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  cut(): void {
    this.#socket.terminate();
  }

  /** Asks whether the client is there; cuts it when it has not answered since the last time. */
  ping(): void {
    if (!this.#alive) return this.cut();
    this.#alive = false;
    return this.#socket.ping();
  }

  /** The caller as of now: they may be signed out, and what they may use may have changed. */
  async #caller(): Promise<Caller> {
    const { ctx, carrier } = this.#sockets;
    const { principal } = await carrier.identify(this.#request);
    return callerOf(ctx, principal, carrier.client(this.#request));
  }

  async #message(data: RawData): Promise<void> {
    let caller: Caller;
    try {
      caller = await this.#caller();
    } catch {
      return this.close(policyViolation);
    }
    const bytes = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data);
    const { maxSizeRequest } = this.#sockets.ctx.limits;
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
    else if (type === 'Request') await this.#answer(caller, value, requestId);
    else if (type === 'WebSocketPushEnable') await this.#enable(caller, value);
    else if (type === 'WebSocketPushDisable') this.#disable();
    else this.#problem({ type: 'notRequest', detail: '@type is not one of RFC 8887' }, requestId);
  }

  async #answer(caller: Caller, value: JsonObject, requestId: string | null): Promise<void> {
    const { ctx, requests } = this.#sockets;
    using turn = requests.take(caller.principal.accountId);
    if (!turn) {
      const detail = `at most ${ctx.limits.maxConcurrentRequests} at a time`;
      return this.#problem({ type: 'limit', limit: 'maxConcurrentRequests', detail }, requestId);
    }
    const parsed = readRequest(value, knownCapabilities, ctx.limits);
    if (parsed.kind === 'problem') return this.#problem(parsed.problem, requestId);
    const response = await dispatch(ctx, caller, parsed.request, sessionState(ctx, caller));
    this.#send({ '@type': 'Response', ...(requestId === null ? {} : { requestId }), ...response });
  }

  async #enable(caller: Caller, value: JsonObject): Promise<void> {
    const types = own(value, 'dataTypes') ?? null;
    const pushState = own(value, 'pushState') ?? null;
    const wrong = types !== null && !(isArray(types) && types.every(item => typeof item === 'string'));
    if (wrong || (pushState !== null && typeof pushState !== 'string')) {
      return this.#problem({ type: 'notRequest', detail: 'not a WebSocketPushEnable' }, null);
    }
    this.#disable();
    const wanted = types === null ? null : new Set(types.map(String));
    const watcher = new StateWatcher(this.#sockets.ctx, caller, wanted, this);
    this.#watcher = watcher;
    await watcher.start(pushState);
    if (this.#socket.readyState !== this.#socket.OPEN) watcher[Symbol.dispose]();
  }

  changed({ change, pushState }: PushedChange): void {
    this.#sockets.carrier.holds(this.#identity).then(
      holds => (holds ? this.#send({ ...change, pushState }) : this.close(policyViolation)),
      () => this.close(policyViolation),
    );
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
