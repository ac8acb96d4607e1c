import type { Operation } from '../../kit/operation.ts';
import { groupsCreate } from './create.ts';
import { groupsList } from './list.ts';
import { groupsChange, groupsDelete, groupsGet } from './one.ts';

export const groupOperations: readonly Operation[] = [
  groupsList,
  groupsCreate,
  groupsGet,
  groupsChange,
  groupsDelete,
];
