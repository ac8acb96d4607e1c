import { txtStrings } from '@hongyan/formats/auth/dkim/key-record.ts';
import type { Phrases } from '@hongyan/phrases/phrases.ts';
import type { Command } from 'commander';
import type { DkimKey } from '../../../directory/dkim.ts';
import type { CommandContext } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { commandScope, withHouse } from '../with-house.ts';

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function keyJson(key: DkimKey): Record<string, unknown> {
  const { domain, selector, algorithm, state, record, activeFrom, retiredAt, removableAt } = key;
  return {
    domain,
    selector,
    algorithm,
    state,
    record: { name: record.name, type: 'TXT', value: record.text, strings: txtStrings(record.text) },
    activeFrom: isoTime(activeFrom),
    retiredAt: isoTime(retiredAt),
    removableAt: isoTime(removableAt),
  };
}

function stateText(phrases: Phrases, { state, activeFrom, removableAt }: DkimKey): string {
  const from = isoTime(activeFrom) ?? '';
  switch (state) {
    case 'next':
      return phrases.say('command.dkim_next', { time: from });
    case 'active':
      return phrases.say('command.dkim_active', { time: from });
    case 'retired':
      return phrases.say('command.dkim_retired', { time: isoTime(removableAt) ?? '' });
    default:
      return state satisfies never;
  }
}

/** The records as lines of a zone file (RFC 1035 §5), each under a remark on its key. */
function keyLines(phrases: Phrases, key: DkimKey): string[] {
  const strings = txtStrings(key.record.text).map(string => `"${string}"`);
  const value = strings.length === 1 ? strings.join('') : `( ${strings.join('\n    ')} )`;
  return [`; ${key.algorithm}: ${stateText(phrases, key)}`, `${key.record.name}. IN TXT ${value}`, ''];
}

function printKeys(ctx: CommandContext, keys: readonly DkimKey[]): void {
  const lines = keys.flatMap(key => keyLines(ctx.phrases, key));
  ctx.print(keys.map(keyJson), [`; ${ctx.phrases.say('command.dkim_publish')}`, '', ...lines.slice(0, -1)]);
}

/** `domain dkim`: what signs a domain's mail (RFC 6376). */
export function addDkimCommands(domain: Command, { phrases, run }: CommandBuilder): void {
  const dkim = domain.command('dkim').description(phrases.say('help.domain.dkim'));
  dkim
    .command('show <name>')
    .description(phrases.say('help.domain.dkim.show'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          printKeys(ctx, await house.dkim.list(await commandScope(ctx, house), name));
          return undefined;
        }),
      ),
    );
  dkim
    .command('rotate <name>')
    .description(phrases.say('help.domain.dkim.rotate'))
    .option('--now', phrases.say('help.domain.dkim.rotate.now'))
    .action((name: string, flags: { readonly now?: boolean }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          printKeys(ctx, await house.dkim.rotate(scope, name, { now: flags.now === true }));
          return undefined;
        }),
      ),
    );
}
