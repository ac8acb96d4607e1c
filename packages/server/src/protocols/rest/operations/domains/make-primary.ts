import { setPrimaryDomain } from '../../../../directory/domains.ts';
import { getDomainStatus } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainAnswer, domainName, domainSchema } from '../../schemas/domain.ts';

export const domainsMakePrimary: Operation = defineOperation({
  id: 'domains.makePrimary',
  method: 'POST',
  path: '/domains/{name}/make-primary',
  tag: 'Domains',
  summary: 'Makes a domain the primary one',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  response: domainSchema,
  async run(ctx, call) {
    await setPrimaryDomain(ctx.directory, call.scope, call.params.name);
    return domainAnswer(await getDomainStatus(ctx.domains, call.scope, call.params.name));
  },
});
