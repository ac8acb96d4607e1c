import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { eventFrame } from '@hongyan/formats/jmap/push.ts';
import type { Timer } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import { callerOf } from '../accounts.ts';
import type { JmapCarrier, JmapContext, JmapIdentity } from '../context.ts';
import { Turns } from './turns.ts';
import { type PushedChange, StateWatcher } from './watcher.ts';

/** Bounds of the ping interval, seconds (RFC 8620 §7.3 allows 30 to 300 at the narrowest). */
const ping = { least: 5, most: 3_600 };
const maxPerAccount = 20;
/** Octets that may wait for a slow client before it is cut. */
const maxWaiting = 64 * 1024;

/** Event streams that are open. */
export class EventSources {
  readonly ctx: JmapContext;
  readonly carrier: JmapCarrier;
  readonly #turns = new Turns(maxPerAccount);
  readonly #open = new Set<EventStream>();

  constructor(ctx: JmapContext, carrier: JmapCarrier) {
    this.ctx = ctx;
    this.carrier = carrier;
  }

  /** Ends all of them. */
  drain(): void {
    for (const stream of this.#open) stream.end();
  }

  /** Cuts those that have not ended. */
  cut(): void {
    for (const stream of this.#open) stream.cut();
  }

  /** GET of the event source (RFC 8620 §7.3). */
  readonly serve = async (
    request: IncomingMessage,
    open: (headers: Readonly<Record<string, string>>) => Duplex,
  ): Promise<void> => {
    const identity = await this.carrier.identify(request);
    const caller = await callerOf(this.ctx, identity.principal, this.carrier.client(request));
    const { types, closeAfter, interval } = readQuery(request.url ?? '');
    if (request.socket.destroyed) return;
    const turn = this.#turns.take(identity.principal.accountId);
    if (!turn) throw new MailError('limit.exceeded', { limit: 'event sources' });
    const last = request.headers['last-event-id'];
    const socket = open({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    const stream = new EventStream(this, identity, socket, closeAfter, interval);
    const watcher = new StateWatcher(this.ctx, caller, types, stream);
    this.#open.add(stream);
    const signedIn = this.carrier.watch(identity, () => stream.end());
    socket.once('close', () => {
      signedIn[Symbol.dispose]();
      this.#open.delete(stream);
      watcher[Symbol.dispose]();
      stream[Symbol.dispose]();
      turn[Symbol.dispose]();
    });
    await watcher.start(typeof last === 'string' ? last : null);
    // Whoever comes back is told what was missed, with the id that goes with it.
    if (typeof last !== 'string') stream.hello(watcher.pushState);
  };
}

/** One stream: of all that its request brought it keeps who is signed in. */
class EventStream implements Disposable {
  readonly #sources: EventSources;
  readonly #identity: JmapIdentity;
  readonly #socket: Duplex;
  readonly #closeAfter: boolean;
  /** Seconds between pings; 0 for none. */
  readonly #interval: number;
  #timer: Timer | null = null;

  constructor(
    sources: EventSources,
    identity: JmapIdentity,
    socket: Duplex,
    closeAfter: boolean,
    interval: number,
  ) {
    this.#sources = sources;
    this.#identity = identity;
    this.#socket = socket;
    this.#closeAfter = closeAfter;
    this.#interval = interval;
    this.#schedule();
  }

  /** A comment that carries the first id, so that a client can come back to this point. */
  hello(id: string): void {
    this.#write(`id: ${id}\r\n: ready\r\n\r\n`);
  }

  changed({ change, pushState }: PushedChange): void {
    void this.#whileSignedIn(() => {
      this.#write(eventFrame('state', JSON.stringify(change), pushState));
      if (this.#closeAfter) this.end();
      this.#schedule();
    });
  }

  end(): void {
    this.#socket.end();
  }

  cut(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(): void {
    this.#timer?.cancel();
    if (this.#interval === 0 || this.#socket.destroyed) return;
    this.#timer = this.#sources.ctx.clock.after(this.#interval * 1000, () => {
      void this.#whileSignedIn(() => {
        this.#write(eventFrame('ping', JSON.stringify({ interval: this.#interval })));
        this.#schedule();
      });
    });
  }

  /** Whoever was signed out elsewhere gets nothing more. */
  async #whileSignedIn(work: () => void): Promise<void> {
    const holds = await this.#sources.carrier.holds(this.#identity).catch(() => false);
    if (holds) work();
    else this.end();
  }

  #write(text: string): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    if (socket.writableLength > maxWaiting) socket.destroy();
    else socket.write(text);
  }
}

interface StreamQuery {
  /** Null for all. */
  readonly types: ReadonlySet<string> | null;
  readonly closeAfter: boolean;
  readonly interval: number;
}

/** What the address asks for; each argument at most once. Throws `input.invalid`. */
function readQuery(url: string): StreamQuery {
  const start = url.indexOf('?');
  const query = new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
  const one = (name: string): string | undefined => {
    const [value, ...others] = query.getAll(name);
    if (others.length > 0) throw new MailError('input.invalid', { field: name });
    return value;
  };
  const types = readTypes(one('types'));
  const closeAfter = one('closeafter') ?? 'no';
  const seconds = Number(one('ping') ?? 0);
  if (types === undefined) throw new MailError('input.invalid', { field: 'types' });
  if (!Number.isInteger(seconds) || seconds < 0) throw new MailError('input.invalid', { field: 'ping' });
  if (closeAfter !== 'state' && closeAfter !== 'no')
    throw new MailError('input.invalid', { field: 'closeafter' });
  return { types, closeAfter: closeAfter === 'state', interval: clamp(seconds) };
}

function clamp(seconds: number): number {
  return seconds === 0 ? 0 : Math.min(Math.max(seconds, ping.least), ping.most);
}

/** Null for all types, undefined for nonsense. */
function readTypes(value: string | undefined): ReadonlySet<string> | null | undefined {
  if (value === '*' || value === undefined) return null;
  if (value === '' || value.length > 1_000) return undefined;
  return new Set(value.split(','));
}
