import { createPhrases, type Phrases } from '@hongyan/phrases/phrases.ts';
import type { Command } from 'commander';
import { checkClaim, claimDomain, type DomainClaim, listClaims } from '../../../domains/claims/claims.ts';
import { changeDomainGate } from '../../../domains/options.ts';
import { dnsHosts } from '../../../domains/records/dns-hosts.ts';
import type { CheckedRecord, DomainReport } from '../../../domains/records/report.ts';
import { tutorial } from '../../../domains/records/tutorial.ts';
import { valueText } from '../../../domains/records/wanted.ts';
import { zoneFile } from '../../../domains/records/zone-file.ts';
import { checkServer, type ServerCheck } from '../../../domains/server-check.ts';
import {
  changeFilingRule,
  checkNow,
  decideDomain,
  domainRecords,
  getDomainStatus,
  lookUp,
} from '../../../domains/status.ts';
import { addTrialDomain } from '../../../domains/trial.ts';
import { exitCode } from '../../exit-codes.ts';
import { serverName } from '../../serve/server-name.ts';
import { CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { commandScope, withHouse } from '../with-house.ts';

const connectMs = 10_000;
const day = 86_400_000;

function recordLine(phrases: Phrases, { record, state, found }: CheckedRecord): string[] {
  const priority = record.type === 'MX' ? `${record.preference} ` : '';
  const head = `  ${record.type} ${record.host} ${priority}${valueText(record)}`;
  const lines = [`${head}  [${phrases.say(`domain.record.${state}`)}]`];
  if (state === 'wrong') lines.push(`      ${phrases.say('domain.found', { values: found.join(' | ') })}`);
  return lines;
}

function reportLines(phrases: Phrases, report: DomainReport): string[] {
  const lines: string[] = [];
  for (const group of ['receive', 'trust', 'access'] as const) {
    lines.push(phrases.say(`domain.group.${group}`));
    for (const checked of report.records) {
      if (checked.record.group === group) lines.push(...recordLine(phrases, checked));
    }
    if (group !== 'receive') continue;
    for (const { preference, exchange } of report.superfluous) {
      lines.push(`  MX @ ${preference} ${exchange}  [${phrases.say('domain.record.superfluous')}]`);
    }
  }
  return lines;
}

function serverLine(phrases: Phrases, hostname: string, check: ServerCheck): string {
  if (check.state === 'unknown') return `${check.check}: ${phrases.say('server_check.unknown')}`;
  const right = check.state === 'ok';
  switch (check.check) {
    case 'forward':
      return right
        ? phrases.say('server_check.forward', { host: hostname, found: check.addresses.join(', ') })
        : phrases.say('server_check.no_forward', { host: hostname });
    case 'reverse': {
      const { address } = check;
      const found = check.names.join(', ') || '–';
      return right
        ? phrases.say('server_check.reverse', { address, found })
        : phrases.say('server_check.wrong_reverse', { address, host: hostname, found });
    }
    case 'port25':
      return phrases.say(right ? 'server_check.port_open' : 'server_check.port_closed');
    default:
      return check satisfies never;
  }
}

function claimLines(phrases: Phrases, claim: DomainClaim, protectionMs: number): string[] {
  if (claim.state === 'protected') {
    const time = new Date(claim.dueAt ?? 0).toISOString();
    return [`${claim.unicodeName}: ${phrases.say('domain.claim_protected', { time })}`];
  }
  const days = Math.ceil(protectionMs / day);
  return [
    `${claim.unicodeName}: ${phrases.say('domain.claim_prove', { days })}`,
    ...claim.proof.map(({ type, host, value }) => `  ${type} ${host} ${value}`),
  ];
}

/** `domain records|check|lookup|steps|status|server-check`: what a domain should have, and what it has (DOM-05 to DOM-09). */
export function addDomainRecordCommands(domain: Command, { phrases, run }: CommandBuilder): void {
  domain
    .command('records <name>')
    .description(phrases.say('help.domain.records'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const records = await domainRecords(house.domains, await commandScope(ctx, house), name);
          ctx.print(
            records.map(record => ({ ...record, value: valueText(record) })),
            zoneFile(name, records).trimEnd().split('\n'),
          );
          return undefined;
        }),
      ),
    );
  domain
    .command('check <name>')
    .description(phrases.say('help.domain.check'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const status = await checkNow(house.domains, await commandScope(ctx, house), name);
          const say = phrases.say(status.state === 'active' ? 'domain.can_receive' : 'domain.waiting');
          ctx.print(status, [
            `${status.unicodeName}: ${phrases.say(`domain.state.${status.state}`)}`,
            ...(status.report ? reportLines(phrases, status.report) : []),
            say,
          ]);
          return status.state === 'active' ? undefined : exitCode.findings;
        }),
      ),
    );
  domain
    .command('lookup <name>')
    .description(phrases.say('help.domain.lookup'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const report = await lookUp(house.domains, await commandScope(ctx, house), name);
          ctx.print(report, reportLines(phrases, report));
          return undefined;
        }),
      ),
    );
  domain
    .command('steps <name> [host]')
    .description(phrases.say('help.domain.steps', { hosts: dnsHosts.join(', ') }))
    .action((name: string, wanted: string | undefined, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const status = await getDomainStatus(house.domains, scope, name);
          const host = dnsHosts.find(one => one === (wanted ?? status.dnsHost)) ?? 'other';
          const right = new Set(
            status.report?.records.flatMap(({ record, state }) => (state === 'ok' ? [record.id] : [])),
          );
          const records = (await domainRecords(house.domains, scope, name)).filter(
            ({ id }) => !right.has(id),
          );
          const words = createPhrases(phrases.language);
          const steps = tutorial(words, host, status.name, records, status.report?.superfluous ?? []);
          ctx.print(
            { host, steps },
            steps.map((step, index) => `${index + 1}. ${step}`),
          );
          return undefined;
        }),
      ),
    );
  domain
    .command('server-check')
    .description(phrases.say('help.domain.server_check'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const hostname = await serverName(house.config, house.system);
          const { resolver, clock } = house.domains;
          const { probeDomain } = house.config.domains;
          const { port } = house.config.relay;
          const found = await checkServer({ resolver, clock, hostname, probeDomain, port, connectMs });
          ctx.print(
            found,
            found.map(check => serverLine(phrases, hostname, check)),
          );
          return undefined;
        }),
      ),
    );
}

/** `domain trial|claim|claims|review|gate`: how a company comes by a domain, and what the provider decides (DOM-01 to DOM-16). */
export function addDomainLifeCommands(domain: Command, { phrases, run }: CommandBuilder): void {
  domain
    .command('trial')
    .description(phrases.say('help.domain.trial'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const added = await addTrialDomain(house.domains, await commandScope(ctx, house));
          ctx.print(added, [phrases.say('command.added', { name: added.name })]);
          return undefined;
        }),
      ),
    );
  domain
    .command('claim <name>')
    .description(phrases.say('help.domain.claim'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          await claimDomain(house.domains, scope, name);
          const claim = await checkClaim(house.domains, scope, name);
          ctx.print(claim, claimLines(phrases, claim, house.domains.policy.protectionMs));
          return undefined;
        }),
      ),
    );
  domain
    .command('claims')
    .description(phrases.say('help.domain.claims'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const claims = await listClaims(house.domains, await commandScope(ctx, house));
          const { protectionMs } = house.domains.policy;
          ctx.print(
            claims,
            claims.flatMap(claim => claimLines(phrases, claim, protectionMs)),
          );
          return undefined;
        }),
      ),
    );
  domain
    .command('review <name> <state>')
    .description(phrases.say('help.domain.review'))
    .action((name: string, state: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const decisions = {
            'real-name-pending': { realName: 'pending' },
            'real-name-approved': { realName: 'approved' },
            filed: { icpFiled: true },
            'not-filed': { icpFiled: false },
          } as const;
          const decision = Object.entries(decisions).find(([key]) => key === state)?.[1];
          if (!decision) {
            throw new CommandError(Object.keys(decisions).join(' | '), exitCode.usage);
          }
          const status = await decideDomain(house.domains, scope, name, decision);
          ctx.print(status, [phrases.say('command.changed', { name: status.unicodeName })]);
          return undefined;
        }),
      ),
    );
  domain
    .command('filing <on-or-off>')
    .description(phrases.say('help.domain.filing'))
    .action((state: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          if (state !== 'on' && state !== 'off') throw new CommandError('on | off', exitCode.usage);
          await changeFilingRule(house.domains, await commandScope(ctx, house), state === 'on');
          ctx.print({ filing: state }, [phrases.say('command.changed', { name: state })]);
          return undefined;
        }),
      ),
    );
  domain
    .command('gate <on-or-off>')
    .description(phrases.say('help.domain.gate'))
    .action((state: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          if (state !== 'on' && state !== 'off') throw new CommandError('on | off', exitCode.usage);
          const scope = await commandScope(ctx, house);
          await changeDomainGate(house.domains, scope, state === 'on');
          ctx.print({ gate: state }, [phrases.say('command.changed', { name: state })]);
          return undefined;
        }),
      ),
    );
}
