import { Type } from 'typebox';
import { updateDepartment } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object, oneOf } from '../../kit/schema.ts';
import { departmentAnswer, departmentSchema } from '../../schemas/people.ts';

export const departmentsUpdate: Operation = defineOperation({
  id: 'departments.update',
  method: 'PATCH',
  path: '/departments/{id}',
  tag: 'Departments',
  summary: 'Renames, moves or orders a department, hides it, or sets whom its people see (DIR-09, DIR-10)',
  description: 'Name, place and order need members:manage; hidden and view need directoryVisibility:manage.',
  function: 'any',
  access: 'manage',
  params: object({ id: identifier('Department') }),
  body: object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    parentId: Type.Optional(nullable(identifier('Department; null: directly below the company'))),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    hidden: Type.Optional(Type.Boolean()),
    view: Type.Optional(nullable(oneOf(['company', 'branch']))),
  }),
  response: departmentSchema,
  run: async (ctx, call) =>
    departmentAnswer(await updateDepartment(ctx.directory, call.scope, call.params.id, call.body)),
});
