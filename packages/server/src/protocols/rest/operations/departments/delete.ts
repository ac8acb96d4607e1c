import { Type } from 'typebox';
import { removeDepartment } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const departmentsDelete: Operation = defineOperation({
  id: 'departments.delete',
  method: 'DELETE',
  path: '/departments/{departmentId}',
  tag: 'Departments',
  function: 'members',
  summary: 'Removes a department without departments below',
  params: object({ departmentId: identifier('Department') }),
  query: object({
    moveTo: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Where its members go; 0: they stay without it. Needed when it has members',
      }),
    ),
  }),
  run: (ctx, call) => {
    const { moveTo } = call.query;
    return removeDepartment(
      ctx.directory,
      call.scope,
      call.params.departmentId,
      moveTo === undefined ? {} : { moveTo: moveTo === 0 ? null : moveTo },
    );
  },
});
