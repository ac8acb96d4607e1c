import { entitlements, type PlanLimits, type PlanName, type PlanTemplate } from './plan.ts';

const megabyte = 1024 ** 2;
const gigabyte = 1024 ** 3;

/** Limits only where a mistake would hurt others. */
const open: PlanLimits = {
  domains: null,
  publicMailboxes: null,
  publicMailboxesPerFreeVipSeat: 0,
  aliasesPerAccount: null,
  memberQuotaBytes: null,
  vipQuotaBytes: null,
  publicQuotaBytes: null,
  recycleMemberDays: 30,
  recyclePublicDays: 60,
  logMonths: null,
  folders: null,
  folderLevels: null,
  labels: null,
  attachmentBytes: null,
  largeAttachmentBytes: null,
  transitBytes: null,
  transitFiles: null,
  transitDays: null,
  personalDriveBytes: null,
  companyDriveBytes: null,
  departments: 20_000,
  departmentLevels: 15,
  departmentsPerMember: 20,
  tags: 3_000,
  entriesPerTag: 30_000,
};

/** What the plans that are sold have in common. */
const sold: PlanLimits = {
  ...open,
  aliasesPerAccount: 5,
  folders: 300,
  folderLevels: 6,
  labels: 20,
  attachmentBytes: 50 * megabyte,
  largeAttachmentBytes: 4 * gigabyte,
  transitBytes: 20 * gigabyte,
  transitFiles: 40,
  transitDays: 15,
};

/** Plans sold by the seat, mailbox unlimited (TEN-06 to TEN-08). */
const bySeat: PlanLimits = {
  ...sold,
  domains: 20,
  logMonths: 6,
  attachmentBytes: 60 * megabyte,
  transitBytes: 10 * gigabyte,
  personalDriveBytes: 5 * gigabyte,
  companyDriveBytes: 20 * gigabyte,
};

const withoutSubsidiaries = entitlements.filter(name => name !== 'subsidiaries');
const forBusiness = withoutSubsidiaries.filter(name => name !== 'vipSeats');

/** The plans (TEN-04 to TEN-08). Numbers are defaults: a tenant's own agreement stands above them. */
export const planTemplates: Readonly<Record<PlanName, PlanTemplate>> = {
  'self-hosted': { name: 'self-hosted', limits: open, entitlements, seats: null },
  basic: {
    name: 'basic',
    limits: {
      ...sold,
      domains: 1,
      publicMailboxes: 3,
      memberQuotaBytes: gigabyte,
      vipQuotaBytes: gigabyte,
      publicQuotaBytes: gigabyte,
      logMonths: 3,
    },
    entitlements: [],
    seats: null,
  },
  pro: {
    name: 'pro',
    limits: {
      ...sold,
      domains: 20,
      publicMailboxes: 3,
      publicMailboxesPerFreeVipSeat: 1,
      memberQuotaBytes: gigabyte,
      logMonths: 6,
    },
    entitlements: withoutSubsidiaries,
    seats: null,
  },
  standard: {
    name: 'standard',
    limits: bySeat,
    entitlements: forBusiness,
    seats: { atLeast: 5, addAtLeast: 5, addMultipleOf: 1 },
  },
  premium: {
    name: 'premium',
    limits: {
      ...bySeat,
      transitBytes: 32 * gigabyte,
      personalDriveBytes: 16 * gigabyte,
      companyDriveBytes: 100 * gigabyte,
    },
    entitlements: forBusiness,
    seats: { atLeast: 10, addAtLeast: 5, addMultipleOf: 5 },
  },
  group: {
    name: 'group',
    limits: bySeat,
    entitlements: entitlements.filter(name => name !== 'vipSeats'),
    seats: { atLeast: 100, addAtLeast: 50, addMultipleOf: 50 },
  },
};

/** The plan of a tenant for which nothing was agreed. */
export const defaultPlan: PlanName = 'self-hosted';
