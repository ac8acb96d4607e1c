import type { Phrases } from '@hongyan/phrases/phrases.ts';
import { Command } from 'commander';
import { type ExitCode, exitCode } from '../exit-codes.ts';
import { type CommandContext, createCommandContext, type GlobalOptions, type Terminal } from './context.ts';
import { familiesFor } from './families.ts';

/** Work of a command: gets its context, returns the exit status or nothing for 0. */
export type CommandWork = (ctx: CommandContext) => Promise<ExitCode | undefined>;

/** What the files of this folder add their commands with. */
export interface CommandBuilder {
  readonly phrases: Phrases;
  readonly terminal: Terminal;
  /** Runs a command's work with the options of the command line in place. */
  readonly run: (command: Command, work: CommandWork) => Promise<void>;
}

/** The command line, as far as `args` may need it. `done` gets the exit status of the command that ran. */
export async function buildProgram(
  args: readonly string[],
  terminal: Terminal,
  phrases: Phrases,
  done: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('hongyan');
  program
    .description(phrases.say('help.program'))
    .option('-c, --config <file>', phrases.say('help.option.config'))
    .option('--data <folder>', phrases.say('help.option.data'))
    .option('--tenant <name>', phrases.say('help.option.tenant'))
    .option('--json', phrases.say('help.option.json'))
    .exitOverride()
    .configureOutput({
      writeOut: text => void terminal.stdout.write(text),
      writeErr: text => void terminal.stderr.write(text),
    })
    .showHelpAfterError()
    .enablePositionalOptions(false);
  const builder: CommandBuilder = {
    phrases,
    terminal,
    async run(command, work) {
      const ctx = createCommandContext(terminal, phrases, command.optsWithGlobals<GlobalOptions>());
      done((await work(ctx)) ?? exitCode.ok);
    },
  };
  const withValue = program.options
    .filter(option => option.required)
    .flatMap(({ short, long }) => [short, long].filter(name => name !== undefined));
  const families = await Promise.all(familiesFor(args, withValue).map(family => family.load()));
  for (const addTo of families) addTo(program, builder);
  return program;
}
