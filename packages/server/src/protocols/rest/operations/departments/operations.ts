import type { Operation } from '../../kit/operation.ts';
import { departmentsCreate } from './create.ts';
import { departmentsDelete } from './delete.ts';
import { departmentsGet } from './get.ts';
import { departmentsList } from './list.ts';
import { departmentsUpdate } from './update.ts';
import { departmentsVisibility } from './visibility.ts';

export const departmentOperations: readonly Operation[] = [
  departmentsList,
  departmentsGet,
  departmentsCreate,
  departmentsUpdate,
  departmentsVisibility,
  departmentsDelete,
];
