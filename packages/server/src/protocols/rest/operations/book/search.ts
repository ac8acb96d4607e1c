import { Type } from 'typebox';
import { searchBook } from '../../../../directory/book/book.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, pageOf, paging } from '../../kit/schema.ts';
import { bookEntryAnswer, bookEntrySchema } from '../../schemas/book.ts';
import { pageAnswer } from '../../schemas/people.ts';

export const bookSearch: Operation = defineOperation({
  id: 'book.search',
  method: 'GET',
  path: '/book',
  tag: 'Address book',
  function: 'none',
  summary: 'Colleagues as the caller sees them, by pinyin (DIR-09 to DIR-13)',
  query: object({
    ...paging,
    q: Type.Optional(
      Type.String({ maxLength: 100, description: 'Hanzi, pinyin, initials, English name or address' }),
    ),
    department: Type.Optional(identifier('Department with all below')),
    directOnly: Type.Optional(Type.Boolean()),
  }),
  response: pageOf(bookEntrySchema),
  async run(ctx, call) {
    const { q, department, ...rest } = call.query;
    const query = {
      ...rest,
      ...(q !== undefined && { text: q }),
      ...(department !== undefined && { departmentId: department }),
    };
    return pageAnswer(await searchBook(ctx.directory, call.scope, query), bookEntryAnswer);
  },
});
