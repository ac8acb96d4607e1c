import type { Operation } from './kit/operation.ts';
import { administratorOperations } from './operations/administrators/operations.ts';
import { bookOperations } from './operations/book/operations.ts';
import { certificateOperations } from './operations/certificates/operations.ts';
import { companyOperations } from './operations/company/operations.ts';
import { departmentOperations } from './operations/departments/operations.ts';
import { domainClaimOperations } from './operations/domain-claims/operations.ts';
import { domainOperations } from './operations/domains/operations.ts';
import { groupOperations } from './operations/groups/operations.ts';
import { importOperations } from './operations/import/operations.ts';
import { invitationOperations } from './operations/invitations/operations.ts';
import { jobOperations } from './operations/jobs/operations.ts';
import { memberRightsOperations } from './operations/member-rights/operations.ts';
import { memberOperations } from './operations/members/operations.ts';
import { noticeOperations } from './operations/notices/operations.ts';
import { operationLogOperations } from './operations/operation-log/operations.ts';
import { outsideContactOperations } from './operations/outside-contacts/operations.ts';
import { publicMailboxOperations } from './operations/public-mailboxes/operations.ts';
import { recycleBinOperations } from './operations/recycle-bin/operations.ts';
import { sessionGet } from './operations/session/get.ts';
import { signInOperations } from './operations/sign-in/operations.ts';
import { statisticsOperations } from './operations/statistics/operations.ts';
import { tagOperations } from './operations/tags/operations.ts';
import { tokenOperations } from './operations/tokens/operations.ts';
import { traceOperations } from './operations/trace/operations.ts';
import { welcomeOperations } from './operations/welcome/operations.ts';

/**
 * Every operation of the administration API, by area: each area's `operations.ts` lists its files. The test of
 * permissions, the OpenAPI document and the routes are made from this list.
 */
export const operations: readonly Operation[] = [
  sessionGet,
  ...administratorOperations,
  ...tokenOperations,
  ...domainOperations,
  ...domainClaimOperations,
  ...certificateOperations,
  ...operationLogOperations,
  ...signInOperations,
  ...companyOperations,
  ...departmentOperations,
  ...memberOperations,
  ...tagOperations,
  ...recycleBinOperations,
  ...jobOperations,
  ...bookOperations,
  ...groupOperations,
  ...publicMailboxOperations,
  ...invitationOperations,
  ...importOperations,
  ...outsideContactOperations,
  ...welcomeOperations,
  ...memberRightsOperations,
  ...traceOperations,
  ...statisticsOperations,
  ...noticeOperations,
];
