import type { Operation } from '../../kit/operation.ts';
import { tokensCreate } from './create.ts';
import { tokensDelete } from './delete.ts';
import { tokensList } from './list.ts';
import { tokenMailboxGet, tokenMailboxPut } from './mailbox.ts';

export const tokenOperations: readonly Operation[] = [
  tokensList,
  tokensCreate,
  tokensDelete,
  tokenMailboxGet,
  tokenMailboxPut,
];
