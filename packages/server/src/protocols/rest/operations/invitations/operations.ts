import type { Operation } from '../../kit/operation.ts';
import { invitationsCreate, invitationsList, invitationsRevoke } from './links.ts';
import { joinRequestsApprove, joinRequestsList, joinRequestsRefuse } from './requests.ts';
import { invitationSettingsChange, invitationSettingsGet } from './settings.ts';

export const invitationOperations: readonly Operation[] = [
  invitationSettingsGet,
  invitationSettingsChange,
  invitationsList,
  invitationsCreate,
  invitationsRevoke,
  joinRequestsList,
  joinRequestsApprove,
  joinRequestsRefuse,
];
