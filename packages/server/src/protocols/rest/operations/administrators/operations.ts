import type { Operation } from '../../kit/operation.ts';
import { administratorsDelete } from './delete.ts';
import { administratorsGet } from './get.ts';
import { administratorsList } from './list.ts';
import { administratorsPut } from './put.ts';
import { administratorsTransfer } from './transfer.ts';

export const administratorOperations: readonly Operation[] = [
  administratorsList,
  administratorsTransfer,
  administratorsGet,
  administratorsPut,
  administratorsDelete,
];
