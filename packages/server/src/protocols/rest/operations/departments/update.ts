import { Type } from 'typebox';
import { getDepartment, updateDepartment } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object } from '../../kit/schema.ts';
import { departmentAnswer, departmentSchema } from '../../schemas/people.ts';

export const departmentsUpdate: Operation = defineOperation({
  id: 'departments.update',
  method: 'PATCH',
  path: '/departments/{departmentId}',
  tag: 'Departments',
  function: 'members',
  summary: 'Renames, moves or orders a department (DIR-01)',
  params: object({ departmentId: identifier('Department') }),
  body: object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    parentId: Type.Optional(nullable(identifier('Department; null: directly below the company'))),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  }),
  response: departmentSchema,
  current: async (ctx, call) =>
    departmentAnswer(await getDepartment(ctx.directory, call.scope, call.params.departmentId)),
  run: async (ctx, call) =>
    departmentAnswer(await updateDepartment(ctx.directory, call.scope, call.params.departmentId, call.body)),
});
