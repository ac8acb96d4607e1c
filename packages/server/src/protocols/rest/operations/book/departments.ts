import { departmentsSeen } from '../../../../directory/book/book.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { bookDepartmentAnswer, bookDepartmentSchema } from '../../schemas/book.ts';

export const bookDepartments: Operation = defineOperation({
  id: 'book.departments',
  method: 'GET',
  path: '/book/departments',
  tag: 'Address book',
  function: 'none',
  summary: 'Departments as the caller sees them, parents before children',
  query: object({ ...paging }),
  response: pageOf(bookDepartmentSchema),
  run: async (ctx, call) =>
    pageOfList(ctx, (await departmentsSeen(ctx.directory, call.scope)).map(bookDepartmentAnswer), call.query),
});
