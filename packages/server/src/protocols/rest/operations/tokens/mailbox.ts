import { readProgramMailbox, setProgramMailbox } from '../../../../access/programs/mailbox.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object } from '../../kit/schema.ts';

const place = { path: '/tokens/{id}/mailbox', tag: 'API tokens', function: 'api' } as const;
const params = object({ id: identifier('Token') });
const mailbox = object({ mailbox: nullable(identifier('Public mailbox')) });

export const tokenMailboxGet: Operation = defineOperation({
  ...place,
  id: 'tokens.mailbox',
  method: 'GET',
  summary: 'The public mailbox as which the program writes; null: none',
  params,
  response: mailbox,
  run: async (ctx, call) => ({
    mailbox: await readProgramMailbox(ctx.tokens, call.scope, call.params.id),
  }),
});

export const tokenMailboxPut: Operation = defineOperation({
  ...place,
  id: 'tokens.setMailbox',
  method: 'PUT',
  summary: 'Lets the program write as a public mailbox and read its mail (API-03), or as none',
  description: 'The key needs `publicMailboxes: manage`, and so does whoever says so.',
  personOnly: true,
  params,
  body: mailbox,
  sample: { body: { mailbox: null } },
  async run(ctx, call) {
    await setProgramMailbox(ctx.tokens, call.scope, call.params.id, call.body.mailbox);
  },
});
