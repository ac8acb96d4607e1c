import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { Type } from 'typebox';
import { dnsHosts } from '../../../../domains/records/dns-hosts.ts';
import { tutorial } from '../../../../domains/records/tutorial.ts';
import { domainRecords, getDomainStatus } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object, oneOf } from '../../kit/schema.ts';
import { domainName } from '../../schemas/domain.ts';

export const domainsSteps: Operation = defineOperation({
  id: 'domains.steps',
  method: 'GET',
  path: '/domains/{name}/steps',
  tag: 'Domains',
  summary: 'What to do in the console of a DNS host, with the company’s own values',
  function: 'domains',
  params: object({ name: domainName }),
  query: object({
    host: Type.Optional(oneOf(dnsHosts, { description: 'Left out: the one that hosts the zone' })),
  }),
  response: object({ host: oneOf(dnsHosts), steps: Type.Array(Type.String()) }),
  async run(ctx, call) {
    const status = await getDomainStatus(ctx.domains, call.scope, call.params.name);
    const { report } = status;
    const host = call.query.host ?? dnsHosts.find(one => one === status.dnsHost) ?? 'other';
    const right = new Set(
      report?.records.flatMap(({ record, state }) => (state === 'ok' ? [record.id] : [])),
    );
    const all = await domainRecords(ctx.domains, call.scope, status.name);
    const records = all.filter(({ id }) => !right.has(id));
    const phrases = createPhrases(call.language);
    return { host, steps: tutorial(phrases, host, status.name, records, report?.superfluous ?? []) };
  },
});
