import type { Operation } from '../../kit/operation.ts';
import { tokensCreate } from './create.ts';
import { tokensDelete } from './delete.ts';
import { tokensList } from './list.ts';

export const tokenOperations: readonly Operation[] = [tokensList, tokensCreate, tokensDelete];
