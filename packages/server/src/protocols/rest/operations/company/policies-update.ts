import { getPolicies, updatePolicies } from '../../../../directory/company/policies.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { policiesSchema, policyInput } from '../../schemas/company.ts';

export const policiesUpdate: Operation = defineOperation({
  id: 'company.updatePolicies',
  method: 'PATCH',
  path: '/company/policies',
  tag: 'Company',
  summary: 'Changes those rules',
  function: 'directoryVisibility',
  wholeCompany: true,
  body: policyInput,
  response: policiesSchema,
  current: (ctx, call) => getPolicies(ctx.directory, call.scope),
  run: (ctx, call) => updatePolicies(ctx.directory, call.scope, call.body),
});
