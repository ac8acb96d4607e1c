import { listDomainStatuses } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { domainAnswer, domainSchema } from '../../schemas/domain.ts';

export const domainsList: Operation = defineOperation({
  id: 'domains.list',
  method: 'GET',
  path: '/domains',
  tag: 'Domains',
  summary: 'Domains of the company with their states, oldest first',
  function: 'domains',
  query: object({ ...paging }),
  response: pageOf(domainSchema),
  async run(ctx, call) {
    const all = await listDomainStatuses(ctx.domains, call.scope);
    return pageOfList(ctx, all.map(domainAnswer), call.query);
  },
});
