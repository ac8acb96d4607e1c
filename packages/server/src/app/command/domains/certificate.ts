import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type Certificate,
  listCertificates,
  listHostCertificates,
  removeCertificate,
  uploadCertificate,
} from '../../../domains/certificates/store.ts';
import { orderRows } from '../../../store/system/domains/certificate-rows.ts';
import { exitCode } from '../../exit-codes.ts';
import { CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { commandScope, withHouse } from '../with-house.ts';

function line({ id, source, names, notAfter }: Certificate): string {
  return `${id}  ${source}  ${names.join(', ')}  ${new Date(notAfter).toISOString().slice(0, 10)}`;
}

/** `certificate list|add|remove`: certificates of host names (SEC-11). */
export function addCertificateCommands(program: Command, { phrases, run }: CommandBuilder): void {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw new CommandError(phrases.say('command.cannot_read', { reason: file }), exitCode.notFound);
    }
  };
  const certificate = program.command('certificate').description(phrases.say('help.certificate'));
  certificate
    .command('list')
    .description(phrases.say('help.certificate.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const own = await listCertificates(house.certificates, await commandScope(ctx, house));
          const hosts = await listHostCertificates(house.certificates);
          const waiting = (await orderRows(house.system.shared)).filter(order => order.last_error !== null);
          ctx.print({ uploaded: own, issued: hosts, failed: waiting }, [
            ...[...own, ...hosts].map(line),
            ...waiting.map(
              ({ name, last_error: reason, next_attempt_at: next }) =>
                `!  ${name}  ${reason}  ${new Date(next).toISOString()}`,
            ),
          ]);
          return undefined;
        }),
      ),
    );
  certificate
    .command('add <chain> <key>')
    .description(phrases.say('help.certificate.add'))
    .option('--host <name>', phrases.say('help.certificate.add.host'))
    .action((chain: string, key: string, flags: { readonly host?: string }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const host = flags.host ?? null;
          const added = await uploadCertificate(house.certificates, scope, read(chain), read(key), host);
          ctx.print(added, [line(added)]);
          return undefined;
        }),
      ),
    );
  certificate
    .command('remove <id>')
    .description(phrases.say('help.certificate.remove'))
    .action((id: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await removeCertificate(house.certificates, await commandScope(ctx, house), Number(id));
          ctx.print({ removed: Number(id) }, [phrases.say('command.removed', { name: id })]);
          return undefined;
        }),
      ),
    );
}
