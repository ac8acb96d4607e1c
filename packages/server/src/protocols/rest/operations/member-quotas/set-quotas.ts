import { Type } from 'typebox';
import { startSetQuotas } from '../../../../administration/quotas/set-quotas.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const membersSetQuotas: Operation = defineOperation({
  id: 'members.setQuotas',
  method: 'POST',
  path: '/members/quota',
  status: 202,
  tag: 'Members',
  function: 'members',
  summary: 'Gives many members another quota, in a job (MBX-05)',
  description: 'Whom `members` and `departments` name; without both everybody in reach.',
  body: object({
    quotaBytes: nullable(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Null: what the plan gives',
      }),
    ),
    members: Type.Optional(Type.Array(identifier('Member'), { maxItems: 10_000 })),
    departments: Type.Optional(Type.Array(identifier('Department with all below'), { maxItems: 1_000 })),
  }),
  response: jobSchema,
  async run(ctx, call) {
    const job = jobAnswer(await startSetQuotas(ctx.administration, call.scope, call.body));
    return accepted(job, `/jobs/${job.id}`);
  },
});
