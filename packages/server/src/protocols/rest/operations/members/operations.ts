import type { Operation } from '../../kit/operation.ts';
import { activationLinkGet, activationLinkMake, activationLinkRevoke } from '../activation-links/link.ts';
import { membersSetQuotas } from '../member-quotas/set-quotas.ts';
import { membersAliasAdd } from './alias-add.ts';
import { membersAliasDelete } from './alias-delete.ts';
import { membersAliasMove } from './alias-move.ts';
import { aliasesList } from './aliases.ts';
import { membersCreate } from './create.ts';
import { membersDelete } from './delete.ts';
import { membersDisable } from './disable.ts';
import { membersEnable } from './enable.ts';
import { membersExport } from './export.ts';
import { membersGet } from './get.ts';
import { membersList } from './list.ts';
import { membersOffboard } from './offboard.ts';
import { membersPassword } from './password.ts';
import { membersRename } from './rename.ts';
import { addressSuggestion } from './suggest.ts';
import { membersUpdate } from './update.ts';
import { memberUse } from './use.ts';
import { membersVip } from './vip.ts';
import { membersVisibility } from './visibility.ts';

export const memberOperations: readonly Operation[] = [
  membersList,
  membersGet,
  membersCreate,
  membersUpdate,
  membersVisibility,
  membersDelete,
  membersDisable,
  membersEnable,
  membersVip,
  membersRename,
  membersPassword,
  activationLinkGet,
  activationLinkMake,
  activationLinkRevoke,
  membersAliasAdd,
  membersAliasDelete,
  membersAliasMove,
  aliasesList,
  addressSuggestion,
  memberUse,
  membersOffboard,
  membersSetQuotas,
  membersExport,
];
