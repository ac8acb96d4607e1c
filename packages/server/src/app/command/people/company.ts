import { type Command, InvalidArgumentError } from 'commander';
import { companyOverview } from '../../../directory/company/information.ts';
import { setMailService } from '../../../directory/company/mail-service.ts';
import { isPlanName, type PlanName, planNames } from '../../../directory/plans/plan.ts';
import { orderPlan } from '../../../directory/plans/tenant-plan.ts';
import type { CommandBuilder } from '../program.ts';
import { commandScope, withHouse } from '../with-house.ts';

interface PlanFlags {
  readonly seats?: number;
  readonly vipSeats?: number;
}

function count(text: string): number {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('0, 1, 2 …');
  return value;
}

function planName(text: string): PlanName {
  if (!isPlanName(text)) throw new InvalidArgumentError(planNames.join(', '));
  return text;
}

/** Who stops or starts the mail service of a company from the command line. */
function addService(company: Command, { phrases, run }: CommandBuilder, running: boolean): void {
  company
    .command(running ? 'start-mail' : 'stop-mail')
    .description(phrases.say(running ? 'help.company.start_mail' : 'help.company.stop_mail'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const stoppedAt = await setMailService(house.directoryContext, scope, running);
          const { information } = await companyOverview(house.directoryContext, scope);
          ctx.print({ stoppedAt }, [phrases.say('command.changed', { name: information.name })]);
          return undefined;
        }),
      ),
    );
}

export function addCompanyCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const company = program.command('company').description(phrases.say('help.company'));
  company
    .command('show')
    .description(phrases.say('help.company.show'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const overview = await companyOverview(house.directoryContext, await commandScope(ctx, house));
          const { information, plan, use } = overview;
          const seats = plan.memberSeats === null ? '' : `/${plan.memberSeats}`;
          ctx.print({ ...overview, plan: { ...plan, entitlements: [...plan.entitlements] } }, [
            [information.name, plan.name, `${use.members}${seats}`].join('  '),
          ]);
          return undefined;
        }),
      ),
    );
  company
    .command('plan <plan>')
    .description(phrases.say('help.company.plan', { plans: planNames.join(', ') }))
    .option('--seats <number>', phrases.say('help.company.seats'), count)
    .option('--vip-seats <number>', phrases.say('help.company.vip_seats'), count)
    .action((name: string, flags: PlanFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const plan = await orderPlan(house.directoryContext, await commandScope(ctx, house), {
            plan: planName(name),
            ...(flags.seats !== undefined && { memberSeats: flags.seats }),
            ...(flags.vipSeats !== undefined && { vipSeats: flags.vipSeats }),
          });
          ctx.print({ ...plan, entitlements: [...plan.entitlements] }, [
            phrases.say('command.changed', { name: plan.name }),
          ]);
          return undefined;
        }),
      ),
    );
  addService(company, builder, false);
  addService(company, builder, true);
}
