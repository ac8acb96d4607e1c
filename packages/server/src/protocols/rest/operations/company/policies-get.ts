import { getPolicies } from '../../../../directory/company/policies.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { policiesSchema } from '../../schemas/company.ts';

export const policiesGet: Operation = defineOperation({
  id: 'company.policies',
  method: 'GET',
  path: '/company/policies',
  tag: 'Company',
  summary: 'Rules about renaming, the address book and its export',
  function: 'directoryVisibility',
  response: policiesSchema,
  run: (ctx, call) => getPolicies(ctx.directory, call.scope),
});
