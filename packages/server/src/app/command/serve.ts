import { type Command, InvalidArgumentError } from 'commander';
import { type Config, type Role, roleNames } from '../config/config.ts';
import type { CommandBuilder } from './program.ts';

interface ServeFlags {
  readonly processes?: number;
  readonly roles?: readonly Role[];
  readonly demo?: boolean;
  readonly readyFd?: number;
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError('0, 1, 2, …');
  return Number(text);
}

function roleList(text: string): readonly Role[] {
  const names = text.split(',');
  const roles = roleNames.filter(role => names.includes(role));
  if (roles.length !== new Set(names).size) throw new InvalidArgumentError(roleNames.join(','));
  return roles;
}

function withFlags(config: Config, flags: ServeFlags): Config {
  return {
    ...config,
    processes: flags.processes ?? config.processes,
    roles: flags.roles ?? config.roles,
  };
}

export function addServeCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('serve')
    .description(phrases.say('help.serve'))
    .option('--processes <n>', phrases.say('help.serve.processes'), wholeNumber)
    .option('--roles <names>', phrases.say('help.serve.roles'), roleList)
    .option('--demo', phrases.say('help.serve.demo'))
    .option('--ready-fd <n>', phrases.say('help.serve.ready_fd'), wholeNumber)
    .action((flags: ServeFlags, command: Command) =>
      run(command, async ctx => {
        // Loaded only here: the other commands need none of the protocols.
        const { serve } = await import('../serve/serve.ts');
        const code = await serve({
          config: withFlags(ctx.config(), flags),
          configured: ctx.options.config !== undefined,
          demo: flags.demo === true,
          setupPassword: ctx.terminal.environment['HONGYAN_SETUP_PASSWORD'] || undefined,
          json: ctx.options.json === true,
          readyFd: flags.readyFd ?? null,
        });
        return code === 0 ? undefined : 1;
      }),
    );
}
