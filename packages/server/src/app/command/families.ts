import type { Command } from 'commander';
import type { CommandBuilder } from './program.ts';

/** Commands of one file, which is loaded when one of them is wanted. */
export interface CommandFamily {
  readonly names: readonly string[];
  readonly load: () => Promise<(program: Command, builder: CommandBuilder) => void>;
}

/** In the order of the help. */
export const commandFamilies: readonly CommandFamily[] = [
  { names: ['serve'], load: async () => (await import('./serve.ts')).addServeCommand },
  { names: ['setup'], load: async () => (await import('./setup.ts')).addSetupCommand },
  { names: ['domain'], load: async () => (await import('./domains/domain.ts')).addDomainCommands },
  {
    names: ['certificate'],
    load: async () => (await import('./domains/certificate.ts')).addCertificateCommands,
  },
  { names: ['company'], load: async () => (await import('./people/company.ts')).addCompanyCommands },
  { names: ['user'], load: async () => (await import('./people/user.ts')).addUserCommands },
  { names: ['admin'], load: async () => (await import('./admin.ts')).addAdminCommands },
  { names: ['alias'], load: async () => (await import('./people/alias.ts')).addAliasCommands },
  { names: ['group'], load: async () => (await import('./group.ts')).addGroupCommands },
  { names: ['queue'], load: async () => (await import('./queue.ts')).addQueueCommands },
  { names: ['trace'], load: async () => (await import('./trace.ts')).addTraceCommand },
  { names: ['import', 'export'], load: async () => (await import('./transfer.ts')).addTransferCommands },
  { names: ['check'], load: async () => (await import('./upkeep/check.ts')).addCheckCommand },
  { names: ['reindex'], load: async () => (await import('./upkeep/reindex.ts')).addReindexCommand },
  { names: ['bodies'], load: async () => (await import('./upkeep/bodies.ts')).addBodiesCommand },
  { names: ['nodes'], load: async () => (await import('./upkeep/nodes.ts')).addNodesCommand },
  {
    names: ['move-account', 'move-all'],
    load: async () => (await import('./upkeep/move.ts')).addMoveCommands,
  },
  {
    names: ['move-to-postgres'],
    load: async () => (await import('./upkeep/move-to-postgres.ts')).addMoveToPostgresCommand,
  },
  {
    names: ['backup', 'restore', 'mark-restored'],
    load: async () => (await import('./backup/commands.ts')).addBackupCommands,
  },
  { names: ['config'], load: async () => (await import('./config.ts')).addConfigCommands },
  { names: ['version'], load: async () => (await import('./show-version.ts')).addVersionCommand },
];

/**
 * Families that a command line needs: that of its command; all of them for help and for what is unknown. `withValue`: options
 * before the command that take the next argument.
 */
export function familiesFor(args: readonly string[], withValue: readonly string[]): readonly CommandFamily[] {
  const isValue = (at: number): boolean => at > 0 && withValue.includes(args[at - 1] ?? '');
  const first = args.findIndex((arg, at) => !arg.startsWith('-') && !isValue(at));
  const meant = commandFamilies.filter(({ names }) => names.includes(args[first] ?? ''));
  return meant.length > 0 ? meant : commandFamilies;
}
