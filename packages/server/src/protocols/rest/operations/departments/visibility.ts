import { Type } from 'typebox';
import { updateDepartment } from '../../../../directory/departments/departments.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, nullable, object, oneOf } from '../../kit/schema.ts';

export const departmentsVisibility: Operation = defineOperation({
  id: 'departments.setVisibility',
  method: 'PUT',
  path: '/departments/{departmentId}/visibility',
  tag: 'Departments',
  function: 'directoryVisibility',
  summary: 'Hides a department, or sets whom its people see (DIR-09, DIR-10)',
  params: object({ departmentId: identifier('Department') }),
  body: object({ hidden: Type.Boolean(), view: nullable(oneOf(['company', 'branch'])) }),
  run: async (ctx, call) => {
    await updateDepartment(ctx.directory, call.scope, call.params.departmentId, call.body);
  },
});
