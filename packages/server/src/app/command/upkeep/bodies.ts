import type { Command } from 'commander';
import { countPacks } from '../../../store/blobs/objects/merge-rows.ts';
import { ObjectPacker, type PackerRound } from '../../../store/blobs/objects/packer.ts';
import { exitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import { tryExclusive } from '../../nodes/exclusive.ts';
import { type CommandContext, CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { withHouse } from '../with-house.ts';

interface BodiesFlags {
  readonly pack?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The pauses between pieces of work keep no process alive, and with rows in files nothing else does. */
function stayAlive(): Disposable {
  const timer = setInterval(() => undefined, dayMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Packs and merges now what would otherwise wait for company. */
async function packNow(ctx: CommandContext, house: House): Promise<PackerRound> {
  const { blobs, objects } = house.spool;
  const { phrases } = ctx;
  if (!objects) throw new CommandError(phrases.say('command.bodies_no_bucket'), exitCode.usage);
  let busy = false;
  const right = async (): ReturnType<typeof tryExclusive> => {
    const taken = await tryExclusive(house, 'pack');
    busy = taken === null;
    return taken;
  };
  const merge = { bytesPerSecond: house.config.store.objects.mergeRate };
  using _alive = stayAlive();
  await using packer = new ObjectPacker(blobs, objects, right, { merge });
  const done = await packer.round(true);
  if (busy) throw new CommandError(phrases.say('command.bodies_busy'), exitCode.failure);
  return done;
}

/** `hongyan bodies`: how bodies lie in packs or in the bucket; `--pack` packs and merges now, also beside a running server. */
export function addBodiesCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('bodies')
    .description(phrases.say('help.bodies'))
    .option('--pack', phrases.say('help.bodies.pack'))
    .action((flags: BodiesFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const done = flags.pack ? await packNow(ctx, house) : null;
          const { packs, small, kept, bytes, dead, waiting } = await countPacks(house.spool.database);
          const lines = [
            phrases.say('command.bodies_packs', { packs, small, bytes, dead }),
            phrases.say('command.bodies_waiting', { bodies: waiting.bodies, bytes: waiting.bytes, kept }),
          ];
          if (done) lines.unshift(phrases.say('command.bodies_packed', { ...done }));
          ctx.print({ packs, small, bytes, dead, waiting, kept, ...(done && { done }) }, lines);
          return undefined;
        }),
      ),
    );
}
