import { exportCompanySignIns } from '../../../access/sign-in-history.ts';
import { jobHistory, type LoggedJob } from '../../../administration/jobs/history.ts';
import { type LoggedOperation, listOperations } from '../../../directory/administrators/operation-log.ts';
import { findMember } from '../../../directory/members/find.ts';
import type { WecomCall } from '../context.ts';
import { WecomError } from '../errors.ts';
import { daysOf, mostRows } from '../log-input.ts';

/** Numbers of acts in answers, by ours. What they do not have has none. */
const numbers: Readonly<Record<string, number>> = {
  'member.password_set': 2,
  'domain.added': 3,
  'domain.removed': 4,
  'company.logo_set': 5,
  'company.logo_removed': 6,
  'member.created': 19,
  'member.deleted': 20,
  'member.restored': 20,
  'publicMailbox.deleted': 20,
  'publicMailbox.restored': 20,
  'member.enabled': 21,
  'member.disabled': 22,
  'member.changed': 23,
  'member.renamed': 23,
  'alias.added': 24,
  'alias.removed': 24,
  'alias.moved': 24,
  'member.imported': 25,
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

/** Acts whose remark says that an account came back. */
const restored: ReadonlySet<string> = new Set(['member.restored', 'publicMailbox.restored']);

/** What a request's number stands for: the beginnings of actions. What there is nothing of here is empty. */
const kinds: Readonly<Record<number, readonly string[]>> = {
  1: [''],
  2: ['member.client_', 'policy.client_access_changed'],
  3: ['administrator.changed', 'administrator.transferred'],
  4: ['administrator.'],
  5: ['company.'],
  6: [],
  7: ['mailbox.reassigned'],
  8: ['member.', 'group.', 'department.'],
  9: ['mailbox.copied'],
  10: ['member_rights.'],
};

const batch = 500;

/** Numbers of batch jobs; 0: another. */
const jobNumbers: Readonly<Record<string, number>> = { 'members.import': 2 };

/** States of batch jobs by number: those of the original are not known. */
const jobStates: readonly LoggedJob['state'][] = ['waiting', 'running', 'done', 'failed', 'cancelled'];

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
      const filter = { accountId, ...daysOf(input) };
      const list: Record<string, unknown>[] = [];
      await ctx.signIn.records.flush();
      for await (const row of exportCompanySignIns(ctx.signIn, scope, filter)) {
        if (row.result !== 'ok') continue;
        list.push({
          time: Math.floor(row.at / 1_000),
          ip: row.address,
          type: serviceNumber(row.service),
        });
        if (list.length >= mostRows) break;
      }
      return { list };
    },
  },
  {
    path: '/log/batchjob',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const jobs = await jobHistory(ctx.administration, scope, daysOf(input));
      return {
        list: jobs.slice(0, mostRows).map(({ at, by, kind, state }) => ({
          time: Math.floor(at / 1_000),
          operator: by,
          type: jobNumbers[kind] ?? 0,
          status: jobStates.indexOf(state),
        })),
      };
    },
  },
  {
    path: '/log/operation',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const begins = kinds[input.integer('type')];
      if (!begins) throw new WecomError('badParameter', 'invalid type');
      const filter = daysOf(input);
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
            remark: restored.has(action) ? '1' : '',
          });
        }
        before = page.at(-1) ?? null;
        if (page.length < batch || list.length >= mostRows) return { list: list.slice(0, mostRows) };
      }
    },
  },
];
