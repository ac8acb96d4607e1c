import { companyOverview } from '../../../../directory/company/information.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { companyAnswer, companySchema } from '../../schemas/company.ts';

export const companyGet: Operation = defineOperation({
  id: 'company.get',
  method: 'GET',
  path: '/company',
  tag: 'Company',
  summary: 'Company information, plan and what is used of it (TEN-29)',
  function: 'company',
  response: companySchema,
  run: async (ctx, call) => companyAnswer(await companyOverview(ctx.directory, call.scope)),
});
