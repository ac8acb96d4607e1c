import { Type } from 'typebox';
import { domainRecords, getDomainStatus } from '../../../../domains/status.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainName, mxSchema, recordAnswer, recordSchema } from '../../schemas/domain.ts';

export const domainsRecords: Operation = defineOperation({
  id: 'domains.records',
  method: 'GET',
  path: '/domains/{name}/records',
  tag: 'Domains',
  summary: 'The records that a domain should have, with what the last look found',
  function: 'domains',
  params: object({ name: domainName }),
  response: object({
    records: Type.Array(recordSchema),
    superfluous: Type.Array(mxSchema, { description: 'MX records to delete' }),
  }),
  async run(ctx, call) {
    const { name } = call.params;
    const records = await domainRecords(ctx.domains, call.scope, name);
    const { report } = await getDomainStatus(ctx.domains, call.scope, name);
    const checked = new Map(report?.records.map(one => [one.record.id, one] as const));
    return {
      records: records.map(record => recordAnswer(record, checked.get(record.id))),
      superfluous: report?.superfluous ?? [],
    };
  },
});
