import pg from 'pg';
import type { Clock, Timer } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { ChannelListener, MessageChannel } from '../../sql/channel-port.ts';
import type { SqlValue, Statement } from '../../sql/port.ts';
import type { PostgresTarget } from './connection-url.ts';
import { isLost, translate } from './failures.ts';
import { bypassSetting } from './fence.ts';
import { safeSchema } from './pool.ts';
import { bind, columnTypes } from './values.ts';

export interface ChannelOptions {
  readonly target: PostgresTarget;
  /** Schemas whose tables `all` sees, in order. The first names the channel, too: each installation has its own. */
  readonly schemas: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Longest wait for a connection and for one answer, ms: a line that is cut somewhere in between says nothing at all. */
const answerMs = 5_000;
/** Pauses between tries to connect, ms: doubled from the first to the last, with chance. */
const retryMs = { first: 100, last: 5_000 };

/** LISTEN and NOTIFY over one connection of its own, made again whenever it is lost. */
export class PostgresChannel implements MessageChannel {
  readonly #options: ChannelOptions;
  readonly #name: string;
  readonly #listeners = new Set<ChannelListener>();
  #client: pg.Client | null = null;
  #connecting: Promise<void>;
  #waiting: (() => void)[] = [];
  #failure: unknown = null;
  #failures = 0;
  #timer: Timer | null = null;
  #ended = false;

  constructor(options: ChannelOptions) {
    for (const schema of options.schemas)
      if (!safeSchema.test(schema)) throw new Error(`not a name for a schema: ${schema}`);
    this.#options = options;
    this.#name = `${options.schemas[0] ?? 'hongyan'}_news`;
    this.#connecting = this.#connect();
  }

  get up(): boolean {
    return this.#client !== null;
  }

  listen(listener: ChannelListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async send(messages: readonly string[]): Promise<boolean> {
    const client = this.#client;
    if (!client || messages.length === 0) return client !== null;
    try {
      await client.query('SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message', [
        this.#name,
        messages,
      ]);
      return true;
    } catch (error) {
      this.#lost(client, error);
      return false;
    }
  }

  async all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]> {
    const client = this.#client;
    if (!client) throw new MailError('store.unavailable', { reason: 'not connected' });
    try {
      const config = { text: query.postgres, values: bind(parameters), types: columnTypes };
      return (await client.query<Row>(config)).rows;
    } catch (error) {
      // The driver gives up on an answer without a state; what it answers later would be taken for another's.
      if (isLost(error) || (error instanceof Error && error.message === 'Query read timeout'))
        this.#lost(client, error);
      throw isLost(error) ? translate(error) : error;
    }
  }

  async connected(timeoutMs: number): Promise<void> {
    if (this.#client) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(translate(this.#failure ?? new Error('no connection in time'))),
      timeoutMs,
    );
    this.#waiting.push(resolve);
    await promise.finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    this.#listeners.clear();
    await this.#connecting;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { target, schemas } = this.#options;
    const client = new pg.Client({
      host: target.host,
      port: target.port,
      user: target.user,
      database: target.database,
      ssl: target.tls,
      ...(target.password === null ? {} : { password: target.password }),
      application_name: `hongyan ${this.#name}`,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
      keepAlive: true,
      options: `-c search_path=${schemas.join(',')} -c ${bypassSetting}=news -c statement_timeout=${answerMs} -c lock_timeout=${answerMs}`,
    });
    client.on('error', error => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('Connection terminated')));
    client.on('notification', ({ payload }) => {
      for (const listener of this.#listeners) listener.message(payload ?? '');
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#name}`);
    } catch (error) {
      this.#failure = error;
      client.end().catch(() => undefined);
      this.#again();
      return;
    }
    if (this.#ended) {
      await client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#failures = 0;
    for (const tell of this.#waiting.splice(0)) tell();
    for (const listener of this.#listeners) listener.up?.();
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#failure = error;
    // Whatever is still asked on it is answered with a failure now, not after a time-out.
    client.end().catch(() => undefined);
    if (this.#ended) return;
    this.#options.log.warn('node.channel_lost', { error });
    this.#again();
  }

  #again(): void {
    if (this.#ended) return;
    const ceiling = Math.min(retryMs.last, retryMs.first * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = this.#options.clock.after(ceiling * (0.5 + Math.random() / 2), () => {
      this.#connecting = this.#connect();
    });
  }
}
