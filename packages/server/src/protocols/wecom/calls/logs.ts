import { exportCompanySignIns } from '../../../access/sign-in-history.ts';
import { type LoggedOperation, listOperations } from '../../../directory/administrators/operation-log.ts';
import { findMember } from '../../../directory/members/find.ts';
import type { WecomCall } from '../context.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

/** Numbers of acts in answers, by ours. What they do not have has none. */
const numbers: Readonly<Record<string, number>> = {
  'domain.added': 3,
  'domain.removed': 4,
  'company.logo_set': 5,
  'company.logo_removed': 6,
  'member.created': 19,
  'member.deleted': 20,
  'member.enabled': 21,
  'member.disabled': 22,
  'member.changed': 23,
  'alias.added': 24,
  'alias.removed': 24,
  'administrator.granted': 26,
  'administrator.revoked': 27,
  'department.created': 28,
  'department.removed': 29,
  'department.changed': 30,
  'group.created': 32,
  'group.removed': 33,
  'group.changed': 34,
  'mailbox.copied': 35,
  'mailbox.reassigned': 36,
  'token.created': 40,
  'token.revoked': 41,
};

/** What a request's number stands for: the beginnings of actions. */
const kinds: Readonly<Record<number, readonly string[]>> = {
  1: [''],
  4: ['administrator.'],
  5: ['company.'],
  7: ['mailbox.reassigned'],
  8: ['member.', 'group.', 'department.'],
  9: ['mailbox.copied'],
};

const most = 10_000;
const batch = 500;

/** A day as `yyyy-mm-dd` in China's time, from which the original counts. */
function dayOf(input: Input, name: string): number {
  const text = input.text(name);
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN;
  if (Number.isNaN(ms)) throw new WecomError('badParameter', `invalid ${name}`);
  return ms;
}

const day = 86_400_000;

/** Numbers of the ways to sign in: 1 the web, 4 mail clients, 5 others. */
function serviceNumber(service: string): number {
  if (service === 'web') return 1;
  return service === 'api' ? 5 : 4;
}

/** Logs (part 2 of the catalogue). */
export const logCalls: readonly WecomCall[] = [
  {
    path: '/log/login',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const { accountId } = await findMember(ctx.directory, scope, input.text('userid'));
      const filter = { accountId, from: dayOf(input, 'begin_date'), to: dayOf(input, 'end_date') + day };
      const list: Record<string, unknown>[] = [];
      await ctx.signIn.records.flush();
      for await (const row of exportCompanySignIns(ctx.signIn, scope, filter)) {
        if (row.result !== 'ok') continue;
        list.push({
          time: Math.floor(row.at / 1_000),
          ip: row.address,
          type: serviceNumber(row.service),
        });
        if (list.length >= most) break;
      }
      return { list };
    },
  },
  {
    path: '/log/operation',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const begins = kinds[input.integer('type')] ?? [];
      const filter = { from: dayOf(input, 'begin_date'), to: dayOf(input, 'end_date') + day };
      const list: Record<string, unknown>[] = [];
      let before: Pick<LoggedOperation, 'at' | 'id'> | null = null;
      for (;;) {
        const page: LoggedOperation[] = await listOperations(ctx.directory, scope, filter, before, batch);
        for (const { at, actor, action, target } of page) {
          if (!begins.some(begin => action.startsWith(begin))) continue;
          list.push({
            time: Math.floor(at / 1_000),
            operator: actor,
            type: numbers[action] ?? 0,
            operand: target,
            remark: '',
          });
        }
        before = page.at(-1) ?? null;
        if (page.length < batch || list.length >= most) return { list: list.slice(0, most) };
      }
    },
  },
];
