import type { Operation } from '../../kit/operation.ts';
import { mailCopiesCreate } from './copy.ts';
import { recycleBinDelete } from './delete.ts';
import { recycleBinList } from './list.ts';
import { recycleBinReassign } from './reassign.ts';
import { recycleBinRestore } from './restore.ts';
import { recycleBinUse } from './use.ts';

export const recycleBinOperations: readonly Operation[] = [
  recycleBinList,
  recycleBinRestore,
  recycleBinReassign,
  recycleBinDelete,
  recycleBinUse,
  mailCopiesCreate,
];
