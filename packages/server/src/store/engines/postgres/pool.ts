import { createHash } from 'node:crypto';
import pg from 'pg';
import type { SqlValue, Statement } from '../../sql/port.ts';
import type { PostgresTarget } from './connection-url.ts';
import { bypassSetting } from './fence.ts';
import { bind, columnTypes } from './values.ts';

export interface PoolOptions {
  readonly target: PostgresTarget;
  /** Schema that holds the tables: the search path of every connection. */
  readonly schema: string;
  /** Most connections of this process. */
  readonly connections: number;
  /** Longest wait for a lock, ms. */
  readonly lockTimeoutMs: number;
  /** Longest statement, ms; 0 for none. */
  readonly statementTimeoutMs: number;
  /** What is told of connections that die while nobody uses them. */
  readonly onIdleError?: (error: Error) => void;
  /** Is told when the role is above row-level security (a superuser): no fence is there then. */
  readonly onUnfenced?: () => void;
  /** Name of work on the rows of all: see `fence.ts`. Only for what is never done for one account or company. */
  readonly bypass?: string;
  /** Gets what can be asked about the pool, once, when it is opened. */
  readonly observe?: (use: PoolUse) => void;
}

/** How much a pool is used, now and since it was opened. */
export interface PoolUse {
  readonly open: () => number;
  readonly waiting: () => number;
  readonly retries: () => number;
}

/**
 * A transaction that nobody works on for so long is ended by the server, ms: of a node that is cut off it would hold up all
 * others. Transactions wait for nothing but the store, so that only a process that stands still comes near it; it does the
 * whole again.
 */
const idleInTransactionMs = 10_000;
/** Connections that nobody used for so long are closed, ms. */
const idleConnectionMs = 60_000;
/** Longest wait for a connection, ms. */
const connectTimeoutMs = 10_000;

/** What may be written as the name of a schema without quotes. */
export const safeSchema: RegExp = /^[a-z_][a-z0-9_]{0,62}$/;

/** Pool of connections whose search path is one schema. */
export function openPool(options: PoolOptions): pg.Pool {
  const { target, schema } = options;
  if (!safeSchema.test(schema)) throw new Error(`not a name for a schema: ${schema}`);
  const pool = new pg.Pool({
    host: target.host,
    port: target.port,
    user: target.user,
    database: target.database,
    ssl: target.tls,
    ...(target.password === null ? {} : { password: target.password }),
    application_name: `hongyan ${schema}`,
    max: options.connections,
    idleTimeoutMillis: idleConnectionMs,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    // Statements go out when they are asked for, not when the one before is answered.
    pipeline: true,
    types: columnTypes,
    // Plans of prepared statements are made for the values at hand until the server finds them all alike.
    options: `-c search_path=${schema} -c lock_timeout=${options.lockTimeoutMs} -c statement_timeout=${options.statementTimeoutMs} -c idle_in_transaction_session_timeout=${idleInTransactionMs} ${options.bypass === undefined ? '' : `-c ${bypassSetting}=${options.bypass} `}-c bytea_output=hex -c standard_conforming_strings=on`,
  });
  // Without listeners the loss of a connection would end the process: of one in the pool, and of one that a transaction
  // has while it asks for nothing; its next statement fails then.
  pool.on('error', error => options.onIdleError?.(error));
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
}

/** How a statement is sent. */
interface Sent {
  readonly text: string;
  readonly name?: string;
}

const sent = new WeakMap<Statement, Sent>();

/**
 * Text columns compare and sort by bytes, as in SQLite, whatever the collation of the database is: keys that page through
 * a list, and the statements that compare them, rely on it.
 */
function byBytes(text: string): string {
  return text.replaceAll(/\bTEXT\b(?! COLLATE)/g, 'TEXT COLLATE "C"');
}

/**
 * The name under which a connection keeps a statement prepared is a hash of its text, the same in every process, so that
 * a pooler between here and there may mix connections. Schema changes and ANALYZE are not kept: they run once.
 */
function sentAs(query: Statement): Sent {
  let found = sent.get(query);
  if (!found) {
    const text = query.postgres;
    if (/^\s*(?:CREATE|ALTER) TABLE\b/.test(text)) found = { text: byBytes(text) };
    else if (/^\s*(?:ALTER|ANALYZE|CREATE|DROP|SET)\b/.test(text)) found = { text };
    else found = { text, name: `h${createHash('sha256').update(text).digest('base64url').slice(0, 22)}` };
    sent.set(query, found);
  }
  return found;
}

/** What runs statements: a connection. */
export type Client = pg.PoolClient;

/** The socket of a connection, which the driver's types leave out. */
interface Wired {
  readonly connection?: { readonly stream?: { cork?: () => void; uncork?: () => void } };
}

const holding = new WeakSet<Client>();

/** What is asked of a connection until the work at hand has run goes out in one write: a write is most of what a statement costs. */
function holdBack(client: Client): void {
  const { connection } = client as unknown as Wired;
  const stream = connection?.stream;
  if (!stream?.cork || !stream.uncork || holding.has(client)) return;
  holding.add(client);
  stream.cork();
  process.nextTick(() => {
    holding.delete(client);
    stream.uncork?.();
  });
}

function config(query: Statement, parameters: readonly SqlValue[]): pg.QueryConfig {
  return { ...sentAs(query), values: bind(parameters), types: columnTypes };
}

/** Rows as objects, and how many rows were changed. */
export async function runObjects(
  client: Client,
  query: Statement,
  parameters: readonly SqlValue[],
): Promise<{ readonly rows: object[]; readonly changed: number }> {
  holdBack(client);
  const result = await client.query<object>(config(query, parameters));
  return { rows: result.rows, changed: result.rowCount ?? 0 };
}

/** Rows as arrays in column order. */
export async function runArrays(
  client: Client,
  query: Statement,
  parameters: readonly SqlValue[],
): Promise<SqlValue[][]> {
  holdBack(client);
  const result = await client.query<SqlValue[]>({ ...config(query, parameters), rowMode: 'array' });
  return result.rows;
}
