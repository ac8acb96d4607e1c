import { Type } from 'typebox';
import {
  createPublicMailbox,
  listPublicMailboxes,
  publicMailboxUse,
} from '../../../../directory/public-mailboxes/public-mailboxes.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { nullable, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { publicMailboxSchema, publicMailboxSummarySchema, settings, shown } from './schema.ts';

const place = { tag: 'Public mailboxes', function: 'publicMailboxes' } as const;

export const publicMailboxesList: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.list',
  method: 'GET',
  path: '/public-mailboxes',
  summary: 'Public mailboxes, oldest first',
  query: object({
    ...paging,
    q: Type.Optional(Type.String({ maxLength: 200, description: 'In name or address' })),
    state: Type.Optional(oneOf(['enabled', 'disabled'])),
  }),
  response: pageOf(publicMailboxSummarySchema),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    paged(
      await listPublicMailboxes(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      mailbox => shown(mailbox),
    ),
});

export const publicMailboxesCreate: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.create',
  method: 'POST',
  path: '/public-mailboxes',
  summary: 'Makes a public mailbox and chooses its users',
  body: object({
    address: Type.String({ minLength: 3, maxLength: 320 }),
    ...settings,
    language: Type.Optional(nullable(Type.String({ maxLength: 20 }))),
  }),
  response: publicMailboxSchema,
  sample: { body: { address: 'sample-public@hongyan.test' } },
  async run(ctx, call) {
    const made = shown(await createPublicMailbox(ctx.directory, call.scope, call.body));
    return created(made, `/public-mailboxes/${made.id}`);
  },
});

export const publicMailboxesUse: Operation = defineOperation({
  ...place,
  id: 'publicMailboxes.use',
  method: 'GET',
  path: '/public-mailbox-use',
  summary: 'How many public mailboxes there are and may be',
  response: object({
    used: Type.Integer(),
    max: nullable(Type.Integer({ description: 'Null: no limit' })),
  }),
  run: (ctx, call) => publicMailboxUse(ctx.directory, call.scope),
});
