import type { Operation } from '../../kit/operation.ts';
import { publicMailboxesCreate, publicMailboxesList, publicMailboxesUse } from './collection.ts';
import { publicMailboxesChange, publicMailboxesDelete, publicMailboxesGet } from './one.ts';

export const publicMailboxOperations: readonly Operation[] = [
  publicMailboxesList,
  publicMailboxesCreate,
  publicMailboxesUse,
  publicMailboxesGet,
  publicMailboxesChange,
  publicMailboxesDelete,
];
