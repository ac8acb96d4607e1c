import { spawn } from 'node:child_process';
import type { PostgresTarget } from '../../../store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '../../../store/engines/postgres/database.ts';
import { bypassSetting } from '../../../store/engines/postgres/fence.ts';
import { statement } from '../../../store/sql/port.ts';
import type { Config } from '../../config/config.ts';
import { postgresTarget } from '../../databases.ts';
import { exitCode } from '../../exit-codes.ts';
import { type CommandContext, CommandError } from '../context.ts';

/** A PostgreSQL database of the configuration. */
export interface RowServer {
  /** `main` is that of `store.url`, the others are those of `[[store.databases]]`. */
  readonly name: string;
  readonly url: string;
  readonly target: PostgresTarget;
  /** Schemas of the installation that it may have. */
  readonly schemas: readonly string[];
}

const schemaNames = statement('SELECT nspname AS name FROM pg_namespace ORDER BY nspname');

/** All databases that the configuration names, the main one first; one that is named twice counts once. */
export function rowServers(config: Config): RowServer[] {
  const { url, passwordFile, schema, databases } = config.store;
  const all = [
    ...(url === null
      ? []
      : [{ name: 'main', url, passwordFile, kinds: ['system', 'spool', 'records', 'accounts'] }]),
    ...databases.map(database => ({ ...database, kinds: ['accounts'] })),
  ];
  const servers: RowServer[] = [];
  for (const { name, url: address, passwordFile: file, kinds } of all) {
    const target = postgresTarget(address, file);
    const same = servers.some(
      ({ target: { host, port, database } }) =>
        host === target.host && port === target.port && database === target.database,
    );
    if (!same) servers.push({ name, url: address, target, schemas: kinds.map(kind => `${schema}_${kind}`) });
  }
  return servers;
}

/** Opens a database as an operator would, on one connection, with the fences open for what `bypass` names. */
export function openServer(server: RowServer, bypass: string, schema = 'public'): PostgresDatabase {
  return new PostgresDatabase({
    target: server.target,
    schema,
    connections: 1,
    writers: 'rows',
    statementTimeoutMs: 0,
    bypass,
  });
}

/** Those schemas of the installation that the database has. */
export async function presentSchemas(server: RowServer): Promise<string[]> {
  await using database = openServer(server, 'look');
  const names = new Set((await database.all<{ name: string }>(schemaNames)).map(row => row.name));
  return server.schemas.filter(schema => names.has(schema));
}

/** How PostgreSQL's programs reach it: the URL as it is, the password apart from it. */
function programTarget({ url: address, target }: RowServer): { url: string; environment: NodeJS.ProcessEnv } {
  const url = new URL(address);
  url.password = '';
  return {
    url: url.href,
    environment: {
      ...process.env,
      PGSSLMODE: target.tls === false ? 'disable' : 'verify-full',
      ...(target.password === null ? {} : { PGPASSWORD: target.password }),
      // The work is on the rows of all, and says so: see `fence.ts`.
      PGOPTIONS: `-c ${bypassSetting}=backup`,
    },
  };
}

async function runProgram(
  ctx: CommandContext,
  program: 'pg_dump' | 'pg_restore',
  server: RowServer,
  args: (url: string) => readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { url, environment } = programTarget(server);
  const child = spawn(program, args(url), { env: environment, stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    said = error instanceof Error ? error.message : String(error);
    return -1;
  });
  if (code === 0) return;
  throw new CommandError(
    ctx.phrases.say(`command.backup_${program}`, { reason: said.trim() }),
    exitCode.failure,
  );
}

const dumpOptions = ['--format=custom', '--enable-row-security', '--no-owner', '--no-privileges'];

/** One snapshot of schemas of a database, in a file for `restoreRows`. */
export async function dumpRows(
  ctx: CommandContext,
  server: RowServer,
  schemas: readonly string[],
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const selected = schemas.map(schema => `--schema=${schema}`);
  await runProgram(
    ctx,
    'pg_dump',
    server,
    url => [...dumpOptions, ...selected, `--file=${file}`, url],
    signal,
  );
}

/** Rows of some tables, for `restoreRows` to add to what is there: a row that is there stays as it is. */
export async function dumpTables(
  ctx: CommandContext,
  server: RowServer,
  tables: readonly string[],
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const options = ['--data-only', '--inserts', '--rows-per-insert=50', '--on-conflict-do-nothing'];
  const selected = tables.map(table => `--table=${table}`);
  await runProgram(
    ctx,
    'pg_dump',
    server,
    url => [...dumpOptions, ...options, ...selected, `--file=${file}`, url],
    signal,
  );
}

/** Brings a dump into a database, all or nothing. */
export async function restoreRows(
  ctx: CommandContext,
  server: RowServer,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const options = ['--no-owner', '--no-privileges', '--enable-row-security', '--exit-on-error'];
  await runProgram(
    ctx,
    'pg_restore',
    server,
    url => [...options, '--single-transaction', `--dbname=${url}`, file],
    signal,
  );
}
