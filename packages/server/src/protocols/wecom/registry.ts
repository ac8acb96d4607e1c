import { accountCalls } from './calls/accounts.ts';
import { appMailboxCalls } from './calls/app-mailbox.ts';
import { departmentCalls } from './calls/departments.ts';
import { logCalls } from './calls/logs.ts';
import { mailGroupCalls } from './calls/mail-groups.ts';
import { mailLogCalls } from './calls/mail-logs.ts';
import { memberCalls } from './calls/members.ts';
import { oldGroupCalls } from './calls/old-groups.ts';
import { optionCalls } from './calls/options.ts';
import { publicMailboxCalls } from './calls/public-mailboxes.ts';
import { signOnCalls } from './calls/sign-on.ts';
import { tagCalls } from './calls/tags.ts';
import type { WecomCall } from './context.ts';

/** Every call of the compatible API but `gettoken`. */
export const calls: readonly WecomCall[] = [
  ...mailGroupCalls,
  ...publicMailboxCalls,
  ...accountCalls,
  ...departmentCalls,
  ...memberCalls,
  ...tagCalls,
  ...oldGroupCalls,
  ...logCalls,
  ...mailLogCalls,
  ...optionCalls,
  ...signOnCalls,
  ...appMailboxCalls,
];
