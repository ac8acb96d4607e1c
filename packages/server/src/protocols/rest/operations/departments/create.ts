import { Type } from 'typebox';
import { createDepartment } from '../../../../directory/departments/departments.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object } from '../../kit/schema.ts';
import { departmentAnswer, departmentSchema } from '../../schemas/people.ts';

export const departmentsCreate: Operation = defineOperation({
  id: 'departments.create',
  method: 'POST',
  path: '/departments',
  tag: 'Departments',
  function: 'members',
  summary: 'Makes a department',
  sample: { body: { name: 'Sales' } },
  body: object({
    name: Type.String({ minLength: 1, maxLength: 64 }),
    parentId: Type.Optional(nullable(identifier('Department; null: directly below the company'))),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  }),
  response: departmentSchema,
  async run(ctx, call) {
    const made = departmentAnswer(await createDepartment(ctx.directory, call.scope, call.body));
    return created(made, `/departments/${made.id}`);
  },
});
