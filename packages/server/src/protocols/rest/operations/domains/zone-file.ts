import { Readable } from 'node:stream';
import { zoneFile } from '../../../../domains/records/zone-file.ts';
import { domainRecords, getDomainStatus } from '../../../../domains/status.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainName } from '../../schemas/domain.ts';

export const domainsZoneFile: Operation = defineOperation({
  id: 'domains.zoneFile',
  method: 'GET',
  path: '/domains/{name}/zone-file',
  tag: 'Domains',
  summary: 'The records as a zone file (RFC 1035 §5)',
  function: 'domains',
  params: object({ name: domainName }),
  download: ['text/dns'],
  async run(ctx, call) {
    const { name } = await getDomainStatus(ctx.domains, call.scope, call.params.name);
    const text = zoneFile(name, await domainRecords(ctx.domains, call.scope, name));
    return download('text/dns', `${name}.zone`, Readable.from([text]));
  },
});
