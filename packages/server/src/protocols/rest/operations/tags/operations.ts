import type { Operation } from '../../kit/operation.ts';
import { tagsAdd } from './add.ts';
import { tagsCreate } from './create.ts';
import { tagsDelete } from './delete.ts';
import { tagsEntries } from './entries.ts';
import { tagsList } from './list.ts';
import { tagsRemove } from './remove.ts';
import { tagsUpdate } from './update.ts';

export const tagOperations: readonly Operation[] = [
  tagsList,
  tagsCreate,
  tagsUpdate,
  tagsDelete,
  tagsEntries,
  tagsAdd,
  tagsRemove,
];
