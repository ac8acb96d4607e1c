import type { Command } from 'commander';
import { deadAfterMs, listNodes, type NodeRow } from '../../../store/nodes/node-rows.ts';
import type { CommandBuilder } from '../program.ts';
import { withHouse } from '../with-house.ts';

type Seen = NodeRow & { readonly silent: number };

function stateOf({ silent, draining }: Seen): 'dead' | 'stopping' | 'alive' {
  if (silent > deadAfterMs) return 'dead';
  return draining === 1 ? 'stopping' : 'alive';
}

/** `hongyan nodes`: the servers that work on the database, alive or dead. With SQLite files there is nobody else. */
export function addNodesCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('nodes')
    .description(phrases.say('help.nodes'))
    .action((_flags: object, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const shared = house.config.store.url !== null;
          const rows = shared ? await listNodes(house.spool.database) : [];
          const time = (ms: number): string => new Date(ms).toISOString();
          const json = rows.map(row => ({
            name: row.name,
            state: stateOf(row),
            version: row.version,
            roles: row.roles.split(','),
            since: time(row.started_at),
            seen: time(row.seen_at),
          }));
          const lines = json.map(node =>
            [
              node.name.padEnd(20),
              phrases.say(`command.node_${node.state}`).padEnd(10),
              node.version.padEnd(10),
              node.since,
              node.seen,
              node.roles.join(','),
            ].join('  '),
          );
          ctx.print(json, lines.length > 0 ? lines : [phrases.say('command.nothing')]);
          return undefined;
        }),
      ),
    );
}
