import { getDepartment } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { departmentAnswer, departmentSchema } from '../../schemas/people.ts';

export const departmentsGet: Operation = defineOperation({
  id: 'departments.get',
  method: 'GET',
  path: '/departments/{departmentId}',
  tag: 'Departments',
  function: 'members',
  summary: 'One department',
  params: object({ departmentId: identifier('Department') }),
  response: departmentSchema,
  run: async (ctx, call) =>
    departmentAnswer(await getDepartment(ctx.directory, call.scope, call.params.departmentId)),
});
