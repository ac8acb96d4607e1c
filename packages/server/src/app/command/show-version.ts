import type { Command } from 'commander';
import { programVersion } from '../program-files.ts';
import type { CommandBuilder } from './program.ts';

export function addVersionCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('version')
    .description(phrases.say('help.version'))
    .action((_options, command: Command) =>
      run(command, async ctx => {
        const version = programVersion();
        ctx.print({ version, node: process.versions.node }, [
          `hongyan ${version} (Node ${process.versions.node})`,
        ]);
        return undefined;
      }),
    );
}
