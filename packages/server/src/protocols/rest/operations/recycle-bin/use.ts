import { Type } from 'typebox';
import { recycledUse } from '../../../../administration/recycle-bin/use.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

/** Each of them is a mailbox to look into. */
const most = 100;

export const recycleBinUse: Operation = defineOperation({
  id: 'recycleBin.use',
  method: 'GET',
  path: '/recycle-bin-use',
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'What some mailboxes in the bin take up',
  query: object({
    mailbox: Type.Array(identifier('In the bin and in reach; others are left out'), {
      minItems: 1,
      maxItems: most,
    }),
  }),
  response: object({
    items: Type.Array(object({ id: Type.Integer(), usedBytes: Type.Integer(), messages: Type.Integer() })),
  }),
  async run(ctx, { scope, query }) {
    const uses = await recycledUse(ctx.administration, scope, query.mailbox);
    return { items: uses.map(({ accountId, ...rest }) => ({ id: accountId, ...rest })) };
  },
});
