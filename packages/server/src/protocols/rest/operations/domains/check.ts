import { checkNow } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainAnswer, domainName, domainSchema } from '../../schemas/domain.ts';

export const domainsCheck: Operation = defineOperation({
  id: 'domains.check',
  method: 'POST',
  path: '/domains/{name}/check',
  tag: 'Domains',
  summary: 'Looks into the DNS now',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  response: domainSchema,
  run: async (ctx, call) => domainAnswer(await checkNow(ctx.domains, call.scope, call.params.name)),
});
