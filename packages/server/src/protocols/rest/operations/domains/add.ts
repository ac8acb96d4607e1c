import { addDomain } from '../../../../directory/domains.ts';
import { getDomainStatus } from '../../../../domains/status.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainAnswer, domainName, domainSchema } from '../../schemas/domain.ts';

export const domainsAdd: Operation = defineOperation({
  id: 'domains.add',
  method: 'POST',
  path: '/domains',
  tag: 'Domains',
  summary: 'Adds a domain; it is watched from then on',
  description: '`conflict.exists` when another company has it: then claim it.',
  function: 'domains',
  wholeCompany: true,
  body: object({ name: domainName }),
  response: domainSchema,
  sample: { body: { name: 'sample-domain.test' } },
  async run(ctx, call) {
    const { name } = await addDomain(ctx.directory, call.scope, call.body.name);
    const status = await getDomainStatus(ctx.domains, call.scope, name);
    return created(domainAnswer(status), `/domains/${name}`);
  },
});
