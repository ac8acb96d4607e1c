import type { Operation } from '../../kit/operation.ts';
import {
  accountEndSessions,
  accountResetSecondFactor,
  accountSignInGet,
  clientPasswordDelete,
  clientPasswordsDelete,
} from './accounts.ts';
import { factorPolicyGet, factorPolicyPut } from './factor-policy.ts';
import { signInLogExport, signInLogList } from './log.ts';
import { mailboxPasswordCreate, mailboxPasswordDelete, mailboxPasswordsList } from './mailboxes.ts';
import { signInPoliciesGet, signInPolicyPut } from './policies.ts';

export const signInOperations: readonly Operation[] = [
  signInPoliciesGet,
  signInPolicyPut,
  factorPolicyGet,
  factorPolicyPut,
  accountSignInGet,
  accountEndSessions,
  accountResetSecondFactor,
  mailboxPasswordsList,
  mailboxPasswordCreate,
  mailboxPasswordDelete,
  clientPasswordDelete,
  clientPasswordsDelete,
  signInLogList,
  signInLogExport,
];
