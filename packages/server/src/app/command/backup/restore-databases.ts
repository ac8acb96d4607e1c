import { join } from 'node:path';
import { keepQueuedBodies, markDatabaseRestored } from '../../../store/backup/mark-restored.ts';
import { refreshStatistics } from '../../../store/engines/postgres/statistics.ts';
import { deadAfterMs, listNodes } from '../../../store/nodes/node-rows.ts';
import { statement } from '../../../store/sql/port.ts';
import { exitCode } from '../../exit-codes.ts';
import { type CommandContext, CommandError } from '../context.ts';
import { openServer, presentSchemas, type RowServer, restoreRows, rowServers } from './postgres-programs.ts';

export interface DumpToRestore {
  readonly name: string;
  /** Path of the dump. */
  readonly file: string;
}

function kindOf(schema: string): string {
  return schema.slice(schema.lastIndexOf('_') + 1);
}

/** Schema of that kind of rows; null when the database has none. */
export function schemaOf(server: RowServer, kind: 'spool' | 'accounts'): string | null {
  return server.schemas.find(schema => kindOf(schema) === kind) ?? null;
}

/** The databases of the configuration for dumps. Throws when one is not configured or has rows already. */
async function targetsOf(
  ctx: CommandContext,
  dumps: readonly DumpToRestore[],
): Promise<{ server: RowServer; file: string }[]> {
  const servers = rowServers(ctx.config());
  const targets: { server: RowServer; file: string }[] = [];
  for (const { name, file } of dumps) {
    const server = servers.find(one => one.name === name);
    if (!server)
      throw new CommandError(
        ctx.phrases.say('command.restore_no_database', { database: name }),
        exitCode.usage,
      );
    const [there] = await presentSchemas(server);
    if (there !== undefined) {
      const values = { database: name, schema: there };
      throw new CommandError(ctx.phrases.say('command.restore_not_empty', values), exitCode.failure);
    }
    targets.push({ server, file });
  }
  return targets;
}

async function dropSchemas(server: RowServer): Promise<void> {
  await using database = openServer(server, 'restore');
  for (const schema of server.schemas) {
    await database.transact(tx => tx.run(statement(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)));
  }
}

/** A dump brings rows without statistics. */
async function analyseServer(server: RowServer): Promise<void> {
  for (const schema of await presentSchemas(server)) {
    await using database = openServer(server, 'restore', schema);
    await refreshStatistics(database);
  }
}

/** Marks the accounts of a database; false when it has none. */
async function markServer(server: RowServer): Promise<number> {
  const accounts = schemaOf(server, 'accounts');
  if (accounts === null || !(await presentSchemas(server)).includes(accounts)) return 0;
  await using database = openServer(server, 'restore', accounts);
  return markDatabaseRestored(database);
}

/**
 * Brings dumps into empty databases, adds the queue as it was before accounts elsewhere were saved, marks all accounts, and
 * does `then`; when any of it fails, what was brought is removed again.
 */
export async function restoreDatabases(
  ctx: CommandContext,
  dumps: readonly DumpToRestore[],
  queue: string | null,
  signal: AbortSignal,
  then: () => Promise<void>,
): Promise<void> {
  const targets = await targetsOf(ctx, dumps);
  const begun: RowServer[] = [];
  try {
    for (const { server, file } of targets) {
      begun.push(server);
      await restoreRows(ctx, server, file, signal);
      const spool = schemaOf(server, 'spool');
      if (queue !== null && spool !== null) {
        await restoreRows(ctx, server, queue, signal);
        await using database = openServer(server, 'restore', spool);
        await keepQueuedBodies(database);
      }
      await markServer(server);
    }
    await then();
  } catch (error) {
    for (const server of begun) await dropSchemas(server);
    throw error;
  }
  // When all is there: a restore is not taken back for want of statistics.
  for (const { server } of targets) await analyseServer(server);
}

/** Path of a dump in a backup. */
export function dumpPath(source: string, file: string): string {
  return join(source, file);
}

/** Throws when a node is alive on the rows: what is changed under it would be lost or seen half. */
export async function requireNoNodes(ctx: CommandContext): Promise<void> {
  const [main] = rowServers(ctx.config());
  if (main?.name !== 'main') return;
  const spool = schemaOf(main, 'spool');
  if (spool === null || !(await presentSchemas(main)).includes(spool)) return;
  await using database = openServer(main, 'look', spool);
  const alive = (await listNodes(database)).filter(({ silent }) => silent <= deadAfterMs);
  if (alive.length === 0) return;
  const nodes = alive.map(({ name }) => name).join(', ');
  throw new CommandError(ctx.phrases.say('command.nodes_running', { nodes }), exitCode.failure);
}

/** Marks all accounts in all databases as gone back in time. Returns how many there are. */
export async function markEverything(ctx: CommandContext): Promise<number> {
  let accounts = 0;
  for (const server of rowServers(ctx.config())) accounts += await markServer(server);
  return accounts;
}
