import { removeDomain } from '../../../../directory/domains.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainName } from '../../schemas/domain.ts';

export const domainsRemove: Operation = defineOperation({
  id: 'domains.remove',
  method: 'DELETE',
  path: '/domains/{name}',
  tag: 'Domains',
  summary: 'Removes a domain that has no addresses',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  run: (ctx, call) => removeDomain(ctx.directory, call.scope, call.params.name),
});
