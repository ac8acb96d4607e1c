import type { Operation } from '../../kit/operation.ts';
import {
  outsideContactsChange,
  outsideContactsCreate,
  outsideContactsDelete,
  outsideContactsGet,
  outsideContactsList,
} from './contacts.ts';
import {
  outsideGroupsCreate,
  outsideGroupsDelete,
  outsideGroupsList,
  outsideGroupsRename,
} from './groups.ts';

export const outsideContactOperations: readonly Operation[] = [
  outsideContactsList,
  outsideContactsCreate,
  outsideContactsGet,
  outsideContactsChange,
  outsideContactsDelete,
  outsideGroupsList,
  outsideGroupsCreate,
  outsideGroupsRename,
  outsideGroupsDelete,
];
