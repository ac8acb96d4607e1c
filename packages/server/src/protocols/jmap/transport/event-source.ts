import { eventFrame } from '@hongyan/formats/jmap/push.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Timer } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import { callerOf } from '../accounts.ts';
import type { JmapCarrier, JmapContext } from '../context.ts';
import { Turns } from './turns.ts';
import { StateWatcher } from './watcher.ts';

/** Bounds of the ping interval, seconds (RFC 8620 §7.3 allows 30 to 300 at the narrowest). */
const ping = { least: 5, most: 3_600 };
const maxPerAccount = 20;
/** Octets that may wait for a slow client before it is cut. */
const maxWaiting = 64 * 1024;

/** Event streams that are open. */
export class EventSources {
  readonly #ctx: JmapContext;
  readonly #carrier: JmapCarrier;
  readonly #turns = new Turns(maxPerAccount);
  readonly #open = new Set<() => void>();

  constructor(ctx: JmapContext, carrier: JmapCarrier) {
    this.#ctx = ctx;
    this.#carrier = carrier;
  }

  /** Ends all of them. */
  drain(): void {
    for (const end of this.#open) end();
  }

  /** GET of the event source (RFC 8620 §7.3). */
  handler(): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
    return async (request, reply) => {
      const identity = await this.#carrier.identify(request.raw);
      const { principal } = identity;
      const caller = await callerOf(this.#ctx, principal, this.#carrier.client(request.raw));
      const { types, closeafter, ping: interval } = request.query as Record<string, unknown>;
      const wanted = readTypes(types);
      const seconds = Number(interval ?? 0);
      if (wanted === undefined || !Number.isInteger(seconds) || seconds < 0) {
        throw new MailError('input.invalid', { field: wanted === undefined ? 'types' : 'ping' });
      }
      if (closeafter !== 'state' && closeafter !== 'no' && closeafter !== undefined) {
        throw new MailError('input.invalid', { field: 'closeafter' });
      }
      const turn = this.#turns.take(principal.accountId);
      if (!turn) throw new MailError('limit.exceeded', { limit: 'event sources' });
      const last = request.headers['last-event-id'];
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.setHeader('cache-control', 'no-store');
      reply.raw.setHeader('x-accel-buffering', 'no');
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      reply.raw.flushHeaders();
      const stream = new Stream(this.#ctx, reply, closeafter === 'state', clamp(seconds), () =>
        this.#carrier.identify(request.raw),
      );
      const watcher = new StateWatcher(this.#ctx, caller, wanted, change =>
        stream.state(JSON.stringify(change.change), change.pushState),
      );
      const end = (): void => {
        reply.raw.end();
      };
      this.#open.add(end);
      const signedIn = this.#carrier.watch(identity, end);
      reply.raw.once('close', () => {
        signedIn[Symbol.dispose]();
        this.#open.delete(end);
        watcher[Symbol.dispose]();
        stream[Symbol.dispose]();
        turn[Symbol.dispose]();
      });
      await watcher.start(typeof last === 'string' ? last : null);
      // Whoever comes back is told what was missed, with the id that goes with it.
      if (typeof last !== 'string') stream.hello(watcher.pushState);
      return reply;
    };
  }
}

class Stream implements Disposable {
  readonly #ctx: JmapContext;
  readonly #reply: FastifyReply;
  readonly #closeAfter: boolean;
  readonly #interval: number;
  readonly #recheck: () => Promise<unknown>;
  #timer: Timer | null = null;

  constructor(
    ctx: JmapContext,
    reply: FastifyReply,
    closeAfter: boolean,
    interval: number,
    recheck: () => Promise<unknown>,
  ) {
    this.#ctx = ctx;
    this.#reply = reply;
    this.#closeAfter = closeAfter;
    this.#interval = interval;
    this.#recheck = recheck;
    this.#schedule();
  }

  /** A comment that carries the first id, so that a client can come back to this point. */
  hello(id: string): void {
    this.#write(`id: ${id}\r\n: ready\r\n\r\n`);
  }

  state(data: string, id: string): void {
    void this.#whileSignedIn(() => {
      this.#write(eventFrame('state', data, id));
      if (this.#closeAfter) this.#reply.raw.end();
      this.#schedule();
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(): void {
    this.#timer?.cancel();
    if (this.#interval === 0 || this.#reply.raw.destroyed) return;
    this.#timer = this.#ctx.clock.after(this.#interval * 1000, () => {
      void this.#whileSignedIn(() => {
        this.#write(eventFrame('ping', JSON.stringify({ interval: this.#interval })));
        this.#schedule();
      });
    });
  }

  /** Whoever was signed out elsewhere gets nothing more. */
  async #whileSignedIn(work: () => void): Promise<void> {
    try {
      await this.#recheck();
    } catch {
      this.#reply.raw.end();
      return;
    }
    work();
  }

  #write(text: string): void {
    const { raw } = this.#reply;
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > maxWaiting) raw.destroy();
    else raw.write(text);
  }
}

function clamp(seconds: number): number {
  return seconds === 0 ? 0 : Math.min(Math.max(seconds, ping.least), ping.most);
}

/** Null for all types, undefined for nonsense. */
function readTypes(value: unknown): ReadonlySet<string> | null | undefined {
  if (value === '*' || value === undefined) return null;
  if (typeof value !== 'string' || value === '' || value.length > 1_000) return undefined;
  return new Set(value.split(','));
}
