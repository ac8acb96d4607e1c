import { type Command, InvalidArgumentError } from 'commander';
import { systemScope } from '../../access/scope.ts';
import { exportMail } from '../../migration/export.ts';
import { importMail } from '../../migration/import.ts';
import { detectFormat, openSource } from '../../migration/read-source.ts';
import type { SourceFormat } from '../../migration/source.ts';
import { exitCode } from '../exit-codes.ts';
import { type CommandContext, CommandError } from './context.ts';
import type { CommandBuilder } from './program.ts';
import { interruptSignal, ProgressLine } from './progress.ts';
import { commandScope, requireUser, withHouse } from './with-house.ts';

interface TransferFlags {
  readonly format?: SourceFormat;
  readonly folder?: string;
}

const formats: readonly SourceFormat[] = ['mbox', 'maildir', 'eml'];

function format(text: string): SourceFormat {
  const found = formats.find(name => name === text);
  if (!found) throw new InvalidArgumentError(formats.join(', '));
  return found;
}

function pathOf(folder: string | undefined): readonly string[] {
  return (folder ?? 'INBOX').split('/');
}

interface Failure {
  readonly place: string;
  readonly code: string;
  readonly reason: string;
}

function failureLines(ctx: CommandContext, failures: readonly Failure[]): string[] {
  return failures.map(({ place, reason }) => ctx.phrases.say('command.transfer_failed', { place, reason }));
}

async function detect(ctx: CommandContext, source: string): Promise<SourceFormat> {
  try {
    return await detectFormat(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(ctx.phrases.say('command.cannot_read', { reason }), exitCode.usage);
  }
}

function addImport(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('import <address> <sources...>')
    .description(phrases.say('help.import'))
    .option('--format <format>', phrases.say('help.transfer.format'), format)
    .option('--folder <path>', phrases.say('help.import.folder'))
    .action((address: string, sources: string[], flags: TransferFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          await house.mailboxes.ensure(user.tenantId, user.accountId);
          const account = systemScope(user.tenantId, user.accountId, 'import');
          using signal = interruptSignal();
          const total = { imported: 0, present: 0, failed: 0 };
          const failures: Failure[] = [];
          for (const path of sources) {
            const kind = flags.format ?? (await detect(ctx, path));
            const source = await openSource(path, kind, pathOf(flags.folder));
            using line = new ProgressLine(ctx);
            const result = await importMail(house.mailbox, account, source, {
              signal,
              onProgress: progress =>
                line.update(phrases.say('command.import_progress', counts(progress)), progress),
            });
            total.imported += result.imported;
            total.present += result.present;
            total.failed += result.failed;
            failures.push(...result.failures);
          }
          const interrupted = signal.aborted;
          const lines = [...failureLines(ctx, failures), phrases.say('command.import_done', total)];
          if (interrupted) lines.push(phrases.say('command.interrupted'));
          ctx.print({ ...total, interrupted, failures }, lines);
          if (interrupted) return exitCode.failure;
          return total.failed > 0 ? exitCode.findings : undefined;
        }),
      ),
    );
}

function counts(progress: {
  readonly imported: number;
  readonly present: number;
  readonly failed: number;
  readonly bytes: number;
  readonly totalBytes: number;
}): { imported: number; present: number; failed: number; percent: number } {
  const { imported, present, failed, bytes, totalBytes } = progress;
  return {
    imported,
    present,
    failed,
    percent: totalBytes === 0 ? 100 : Math.floor((bytes * 100) / totalBytes),
  };
}

function addExport(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('export <address> <target>')
    .description(phrases.say('help.export'))
    .option('--format <format>', phrases.say('help.transfer.format'), format)
    .option('--folder <path>', phrases.say('help.export.folder'))
    .action((address: string, target: string, flags: TransferFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          await house.mailboxes.ensure(user.tenantId, user.accountId);
          const account = systemScope(user.tenantId, user.accountId, 'export');
          using signal = interruptSignal();
          using line = new ProgressLine(ctx);
          const { failures, ...result } = await exportMail(house.mailbox, account, target, {
            format: flags.format ?? 'maildir',
            ...(flags.folder !== undefined && { folder: pathOf(flags.folder) }),
            signal,
            onProgress: progress =>
              line.update(phrases.say('command.export_progress', { ...progress }), progress),
          });
          const interrupted = signal.aborted;
          const lines = [...failureLines(ctx, failures), phrases.say('command.export_done', { ...result })];
          if (interrupted) lines.push(phrases.say('command.interrupted'));
          ctx.print({ ...result, interrupted, failures }, lines);
          if (interrupted) return exitCode.failure;
          return result.failed > 0 ? exitCode.findings : undefined;
        }),
      ),
    );
}

export function addTransferCommands(program: Command, builder: CommandBuilder): void {
  addImport(program, builder);
  addExport(program, builder);
}
