import { bookEntry } from '../../../../directory/book/book.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { bookEntryAnswer, bookEntrySchema } from '../../schemas/book.ts';

export const bookGet: Operation = defineOperation({
  id: 'book.get',
  method: 'GET',
  path: '/book/people/{accountId}',
  tag: 'Address book',
  function: 'none',
  summary: 'One colleague',
  params: object({ accountId: identifier('Member') }),
  response: bookEntrySchema,
  run: async (ctx, call) =>
    bookEntryAnswer(await bookEntry(ctx.directory, call.scope, call.params.accountId)),
});
