import { type Command, InvalidArgumentError } from 'commander';
import type { TraceFilter, TraceRow } from '../../store/records/types.ts';
import { exitCode } from '../exit-codes.ts';
import type { CommandBuilder } from './program.ts';
import { withHouse } from './with-house.ts';

interface TraceFlags {
  readonly since?: number;
  readonly limit: number;
}

const maxPage = 1_000;

function limit(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > maxPage) throw new InvalidArgumentError(`1 … ${maxPage}`);
  return value;
}

function time(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('2026-11-22, 2026-11-22T10:00:00Z');
  return value;
}

/** A queue id, an address or a Message-ID: told apart by their form, tried in this order. */
function queriesFor(what: string): TraceFilter[] {
  const text = what.trim();
  if (!text.includes('@')) return [{ queueId: text }];
  const bare = text.replace(/^<|>$/g, '');
  return text.startsWith('<')
    ? [{ messageId: bare }]
    : [{ address: bare.toLowerCase() }, { messageId: bare }];
}

function line(row: TraceRow): string {
  const people = [
    row.sender === undefined ? '' : `<${row.sender}>`,
    row.recipient ? `→ ${row.recipient}` : '',
  ];
  const rest = [row.host, row.tls, row.reply, row.verdict, row.reason].filter(Boolean);
  return [new Date(row.at).toISOString(), row.queueId ?? '-', row.event.padEnd(10), ...people, ...rest]
    .filter(Boolean)
    .join('  ');
}

export function addTraceCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('trace <what>')
    .description(phrases.say('help.trace'))
    .option('--since <time>', phrases.say('help.trace.since'), time)
    .option('--limit <n>', phrases.say('help.trace.limit'), limit, 100)
    .action((what: string, flags: TraceFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const from = flags.since === undefined ? {} : { from: flags.since };
          let rows: TraceRow[] = [];
          for (const query of queriesFor(what)) {
            rows = await house.records.findTraceAcross({ ...query, ...from }, { limit: flags.limit });
            if (rows.length > 0) break;
          }
          // Oldest first: it reads like the journey it was.
          rows.reverse();
          const json = rows.map(row => ({ ...row, at: new Date(row.at).toISOString() }));
          ctx.print(json, rows.length > 0 ? rows.map(line) : [phrases.say('command.nothing')]);
          return rows.length > 0 ? undefined : exitCode.notFound;
        }),
      ),
    );
}
