import type { Phrases } from '@hongyan/phrases/phrases.ts';
import { Command } from 'commander';
import { type ExitCode, exitCode } from '../exit-codes.ts';
import { programVersion } from '../version.ts';
import { addAdminCommands } from './admin.ts';
import { addBackupCommands } from './backup/commands.ts';
import { addCertificateCommands } from './certificate.ts';
import { addConfigCommands } from './config.ts';
import { type CommandContext, createCommandContext, type GlobalOptions, type Terminal } from './context.ts';
import { addDomainCommands } from './domain.ts';
import { addGroupCommands } from './group.ts';
import { addAliasCommands } from './people/alias.ts';
import { addCompanyCommands } from './people/company.ts';
import { addUserCommands } from './people/user.ts';
import { addQueueCommands } from './queue.ts';
import { addServeCommand } from './serve.ts';
import { addSetupCommand } from './setup.ts';
import { addTraceCommand } from './trace.ts';
import { addTransferCommands } from './transfer.ts';
import { addCheckCommand } from './upkeep/check.ts';
import { addMoveCommands } from './upkeep/move.ts';
import { addMoveToPostgresCommand } from './upkeep/move-to-postgres.ts';
import { addNodesCommand } from './upkeep/nodes.ts';
import { addReindexCommand } from './upkeep/reindex.ts';

/** Work of a command: gets its context, returns the exit status or nothing for 0. */
export type CommandWork = (ctx: CommandContext) => Promise<ExitCode | undefined>;

/** What the files of this folder add their commands with. */
export interface CommandBuilder {
  readonly phrases: Phrases;
  readonly terminal: Terminal;
  /** Runs a command's work with the options of the command line in place. */
  readonly run: (command: Command, work: CommandWork) => Promise<void>;
}

/** The command line. `done` gets the exit status of the command that ran. */
export function buildProgram(terminal: Terminal, phrases: Phrases, done: (code: ExitCode) => void): Command {
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
  addServeCommand(program, builder);
  addSetupCommand(program, builder);
  addDomainCommands(program, builder);
  addCertificateCommands(program, builder);
  addCompanyCommands(program, builder);
  addUserCommands(program, builder);
  addAdminCommands(program, builder);
  addAliasCommands(program, builder);
  addGroupCommands(program, builder);
  addQueueCommands(program, builder);
  addTraceCommand(program, builder);
  addTransferCommands(program, builder);
  addCheckCommand(program, builder);
  addReindexCommand(program, builder);
  addNodesCommand(program, builder);
  addMoveCommands(program, builder);
  addMoveToPostgresCommand(program, builder);
  addBackupCommands(program, builder);
  addConfigCommands(program, builder);
  program
    .command('version')
    .description(phrases.say('help.version'))
    .action((_options, command: Command) =>
      builder.run(command, async ctx => {
        const version = programVersion();
        ctx.print({ version, node: process.versions.node }, [
          `hongyan ${version} (Node ${process.versions.node})`,
        ]);
        return undefined;
      }),
    );
  return program;
}
