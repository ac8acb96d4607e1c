import { getDomainStatus } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainAnswer, domainName, domainSchema } from '../../schemas/domain.ts';

export const domainsGet: Operation = defineOperation({
  id: 'domains.get',
  method: 'GET',
  path: '/domains/{name}',
  tag: 'Domains',
  summary: 'One domain',
  function: 'domains',
  params: object({ name: domainName }),
  response: domainSchema,
  run: async (ctx, call) => domainAnswer(await getDomainStatus(ctx.domains, call.scope, call.params.name)),
});
