import { Type } from 'typebox';
import {
  changePublicMailbox,
  getPublicMailbox,
} from '../../../../directory/public-mailboxes/public-mailboxes.ts';
import { reclaimPublicMailbox } from '../../../../directory/public-mailboxes/reclaim.ts';
import type { RestContext } from '../../context.ts';
import { type Call, defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { publicMailboxSchema, settings, shown } from './schema.ts';

const place = {
  path: '/public-mailboxes/{id}',
  tag: 'Public mailboxes',
  function: 'publicMailboxes',
} as const;
const params = object({ id: identifier('Account') });

const read = async (ctx: RestContext, call: Call<{ readonly id: number }>) =>
  shown(await getPublicMailbox(ctx.directory, call.scope, call.params.id));

export const publicMailboxesGet: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.get',
  method: 'GET',
  summary: 'One public mailbox with its users',
  params,
  response: publicMailboxSchema,
  run: read,
});

export const publicMailboxesChange: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.change',
  method: 'PATCH',
  summary: 'Changes what is named; whoever is not in a list any more loses access at once',
  params,
  body: object({ ...settings, disabled: Type.Optional(Type.Boolean()) }),
  response: publicMailboxSchema,
  current: read,
  run: async (ctx, call) =>
    shown(await changePublicMailbox(ctx.directory, call.scope, call.params.id, call.body)),
});

export const publicMailboxesDelete: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.delete',
  method: 'DELETE',
  summary: 'Reclaims a public mailbox: it goes to the recycle bin',
  params,
  current: read,
  run: (ctx, call) => reclaimPublicMailbox(ctx.directory, call.scope, call.params.id),
});
