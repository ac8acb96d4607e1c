import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../../platform/clock.ts';
import { silentLog } from '../../../platform/log.ts';
import { ownFile } from '../../../store/accounts/moving/moved-mark.ts';
import { placementFile } from '../../../store/accounts/placement.ts';
import { syncPath } from '../../../store/backup/database-copy.ts';
import { type DatabasePlace, openDatabase } from '../../../store/engines/open-database.ts';
import { recordsMigrations } from '../../../store/records/schema.ts';
import { type RelocatedTable, relocateDatabase } from '../../../store/relocation/relocate-database.ts';
import { markMoving, movingFrom } from '../../../store/relocation/relocation-mark.ts';
import { spoolMigrations } from '../../../store/spool/schema.ts';
import type { Migration } from '../../../store/sql/migrate.ts';
import type { SqlDatabase } from '../../../store/sql/port.ts';
import { everyAccount } from '../../../store/system/accounts.ts';
import { readPlacement, writePlacement } from '../../../store/system/placements.ts';
import { systemMigrations } from '../../../store/system/schema.ts';
import { listTenantRows } from '../../../store/system/tenants.ts';
import { type DataFolder, dataFolder } from '../../data-folder.ts';
import { lockDataFolder } from '../../data-lock.ts';
import { databases } from '../../databases.ts';
import { exitCode } from '../../exit-codes.ts';
import { requireNoNodes } from '../backup/restore-databases.ts';
import { type CommandContext, CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { interruptSignal, ProgressLine } from '../progress.ts';

interface MoveFlags {
  readonly ahead?: boolean;
}

type Kind = 'system' | 'spool' | 'records';

const migrations: Readonly<Record<Kind, readonly Migration[]>> = {
  system: systemMigrations,
  spool: spoolMigrations,
  records: recordsMigrations,
};
const kinds: readonly Kind[] = ['system', 'spool', 'records'];

function failure(
  ctx: CommandContext,
  phrase:
    | 'command.relocate_taken'
    | 'command.relocate_no_url'
    | 'command.relocate_nothing'
    | 'command.server_running',
): CommandError {
  return new CommandError(ctx.phrases.say(phrase), exitCode.failure);
}

/** The rows of the folder, on their way. */
interface Relocation {
  readonly ctx: CommandContext;
  readonly folder: DataFolder;
  readonly places: Readonly<Record<Kind, DatabasePlace>>;
  readonly schema: string;
  /** Names the folder that rows come from. */
  readonly from: string;
  readonly signal: AbortSignal;
}

/** The rows that are moved are those of all companies. */
async function open(place: DatabasePlace, kind: Kind): Promise<SqlDatabase> {
  const whole = typeof place === 'string' ? place : { ...place, bypass: 'relocation' };
  return openDatabase(whole, migrations[kind], systemClock.now());
}

/** Takes the database for rows of this folder. Throws when it has others. */
async function claimTarget({ ctx, places, schema, from }: Relocation): Promise<void> {
  await using system = await open(places.system, 'system');
  const already = await movingFrom(system);
  if (already === from) return;
  if (already !== null || (await listTenantRows(system)).length > 0)
    throw failure(ctx, 'command.relocate_taken');
  await markMoving(system, `${schema}_system`, from);
}

/** Where `store.url` is set, accounts without a place of their own are in it: those in files get the place that they have. */
async function writePlaces({ folder }: Relocation): Promise<void> {
  await using system = await open(folder.system, 'system');
  for (const { tenant_id: tenantId, id: accountId } of await everyAccount(system)) {
    const account = { tenantId, accountId };
    const own = { kind: 'file', location: ownFile } as const;
    if ((await readPlacement(system, account)) !== null) continue;
    if (!existsSync(placementFile(folder.root, account, own))) continue;
    await system.transact(tx => writePlacement(tx, account, own));
  }
}

async function copyAll(relocation: Relocation): Promise<Record<Kind, RelocatedTable[]>> {
  const { ctx, folder, places, signal } = relocation;
  using line = new ProgressLine(ctx);
  const copied: Record<Kind, RelocatedTable[]> = { system: [], spool: [], records: [] };
  for (const kind of kinds) {
    await using source = await open(folder[kind], kind);
    await using target = await open(places[kind], kind);
    copied[kind] = await relocateDatabase({
      source,
      target,
      together: kind === 'system',
      signal,
      onProgress: ({ phase, table, rows, written }) => {
        const values = { database: kind, table, rows, written };
        line.update(ctx.phrases.say(`command.relocate_${phase}`, values), { phase, ...values });
      },
    });
  }
  return copied;
}

/** Puts the files away that are not used any more; the mark that they are not is there already. */
async function putAway({ folder, places, schema }: Relocation): Promise<void> {
  {
    await using system = await open(places.system, 'system');
    await markMoving(system, `${schema}_system`, null);
  }
  mkdirSync(folder.beforePostgres, { recursive: true, mode: 0o700 });
  for (const kind of kinds) {
    if (!existsSync(folder[kind])) continue;
    for (const suffix of ['-wal', ''])
      if (existsSync(folder[kind] + suffix))
        renameSync(folder[kind] + suffix, join(folder.beforePostgres, `${kind}.db${suffix}`));
    rmSync(`${folder[kind]}-shm`, { force: true });
  }
  await syncPath(folder.beforePostgres);
  await syncPath(folder.root);
}

async function moveToPostgres(ctx: CommandContext, flags: MoveFlags): Promise<undefined> {
  const config = ctx.config();
  const { schema } = config.store;
  if (config.store.url === null) throw failure(ctx, 'command.relocate_no_url');
  const folder = dataFolder(config.data, config.store.blobs);
  const { system, spool, records } = databases(config, folder, silentLog);
  using signal = interruptSignal();
  const relocation: Relocation = {
    ctx,
    folder,
    places: { system, spool, records },
    schema,
    from: `${hostname()}:${folder.root}`,
    signal,
  };
  const begun = existsSync(folder.movedMark);
  if (!begun && !existsSync(folder.system)) throw failure(ctx, 'command.relocate_nothing');
  const lock = flags.ahead ? null : lockDataFolder(folder, 'tool', systemClock.now());
  if (lock?.kind === 'taken') throw failure(ctx, 'command.server_running');
  using _held = lock?.lock;
  if (begun) {
    await putAway(relocation);
    ctx.print({ moved: true }, [ctx.phrases.say('command.relocate_finished')]);
    return;
  }
  await requireNoNodes(ctx);
  await claimTarget(relocation);
  if (!flags.ahead) await writePlaces(relocation);
  const copied = await copyAll(relocation);
  const rows = kinds.flatMap(kind => copied[kind]).reduce((sum, table) => sum + table.rows, 0);
  const tables = kinds.flatMap(kind => copied[kind].map(table => ({ database: kind, ...table })));
  if (flags.ahead) {
    ctx.print({ moved: false, rows, tables }, [ctx.phrases.say('command.relocate_ahead', { rows })]);
    return;
  }
  // From here on the rows are in PostgreSQL: servers with either configuration look for this mark.
  const mark = { schema, at: new Date(systemClock.now()).toISOString(), rows };
  writeFileSync(folder.movedMark, `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true });
  await syncPath(folder.root);
  await putAway(relocation);
  const lines = tables.map(
    ({ database, name, rows: count, checksum }) =>
      `${database.padEnd(8)} ${name.padEnd(28)} ${String(count).padStart(10)}  ${checksum.slice(0, 16)}`,
  );
  const values = { rows, folder: folder.beforePostgres };
  ctx.print({ moved: true, rows, tables }, [...lines, ctx.phrases.say('command.relocated', values)]);
}

/** `hongyan move-to-postgres`: directory, queue and records go from files to the database of `store.url`. */
export function addMoveToPostgresCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('move-to-postgres')
    .description(phrases.say('help.move_to_postgres'))
    .option('--ahead', phrases.say('help.move_to_postgres.ahead'))
    .action((flags: MoveFlags, command: Command) => run(command, ctx => moveToPostgres(ctx, flags)));
}
