import { Type } from 'typebox';
import { lookUp } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { nullable, object } from '../../kit/schema.ts';
import { domainName, mxSchema, recordAnswer, recordSchema } from '../../schemas/domain.ts';

export const domainsLookup: Operation = defineOperation({
  id: 'domains.lookup',
  method: 'POST',
  path: '/domains/lookup',
  tag: 'Domains',
  summary: 'What the DNS says about any domain, against what it should say',
  function: 'domains',
  access: 'view',
  status: 200,
  body: object({ domain: domainName }),
  response: object({
    domain: Type.String(),
    exists: nullable(Type.Boolean({ description: 'null: nobody could tell' })),
    dnsHost: nullable(Type.String()),
    nameServers: Type.Array(Type.String()),
    records: Type.Array(recordSchema),
    superfluous: Type.Array(mxSchema),
  }),
  sample: { body: { domain: 'sample-domain.test' } },
  async run(ctx, call) {
    const report = await lookUp(ctx.domains, call.scope, call.body.domain);
    const { domain, exists, dnsHost, nameServers, superfluous } = report;
    const records = report.records.map(one => recordAnswer(one.record, one));
    return { domain, exists, dnsHost, nameServers, records, superfluous };
  },
});
