import { listDepartments } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { departmentAnswer, departmentSchema } from '../../schemas/people.ts';

export const departmentsList: Operation = defineOperation({
  id: 'departments.list',
  method: 'GET',
  path: '/departments',
  tag: 'Departments',
  function: 'members',
  summary: 'All departments in reach, parents before children (DIR-01)',
  query: object({ ...paging }),
  response: pageOf(departmentSchema),
  run: async (ctx, call) =>
    pageOfList(ctx, (await listDepartments(ctx.directory, call.scope)).map(departmentAnswer), call.query),
});
