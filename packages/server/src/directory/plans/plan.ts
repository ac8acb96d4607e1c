/** Named numbers of a plan. Null: no limit. */
export interface PlanLimits {
  /** DOM-03. */
  readonly domains: number | null;
  /** PUB-03: public mailboxes, and how many more for each VIP seat that nobody has. */
  readonly publicMailboxes: number | null;
  readonly publicMailboxesPerFreeVipSeat: number;
  /** ALS-01. */
  readonly aliasesPerAccount: number | null;
  /** Bytes that an ordinary member may use unless the administrator allots another number (MBX-05). */
  readonly memberQuotaBytes: number | null;
  /** Bytes of a member with a VIP seat (MBX-05). */
  readonly vipQuotaBytes: number | null;
  /** Bytes of a public mailbox (PUB-04). */
  readonly publicQuotaBytes: number | null;
  /** Days in the recycle bin (RCY-02). */
  readonly recycleMemberDays: number;
  readonly recyclePublicDays: number;
  /** Months that logs are shown (LOG-01 to LOG-03). */
  readonly logMonths: number | null;
  /** Own folders of a mailbox, and their levels (FLD-01). */
  readonly folders: number | null;
  readonly folderLevels: number | null;
  /** Labels of a mailbox (FLD-03). */
  readonly labels: number | null;
  /** Bytes of an ordinary attachment, of a super-large one (CMP-04). */
  readonly attachmentBytes: number | null;
  readonly largeAttachmentBytes: number | null;
  /** Bytes, files and days of the transit station (DRV-01). */
  readonly transitBytes: number | null;
  readonly transitFiles: number | null;
  readonly transitDays: number | null;
  /** Bytes of a member's drive (DRV-03) and of the company's (DRV-02). */
  readonly personalDriveBytes: number | null;
  readonly companyDriveBytes: number | null;
  /** Departments of a tenant, their levels, and how many of them a member may belong to. */
  readonly departments: number;
  readonly departmentLevels: number;
  readonly departmentsPerMember: number;
  /** Tags of a tenant, and members and departments in one. */
  readonly tags: number;
  readonly entriesPerTag: number;
}

/** What a plan includes or does not (TEN-05). */
export const entitlements = [
  /** VIP seats (MBX-04). */
  'vipSeats',
  /** Rules for sending and receiving, approval (S1 §2.9). */
  'mailControl',
  'archive',
  'api',
  /** Sign-in from chosen addresses only. */
  'addressLimit',
  'ownSignInPage',
  'ownDomainHttps',
  'signOutRedirect',
  'subsidiaries',
] as const;

export type Entitlement = (typeof entitlements)[number];

/** How many members a plan is ordered for, and what may be added later (TEN-06 to TEN-08). */
export interface SeatRule {
  /** The first order; later changes never go below. */
  readonly atLeast: number;
  /** Smallest number that may be added. */
  readonly addAtLeast: number;
  /** What is added is a multiple of this. */
  readonly addMultipleOf: number;
}

export interface PlanTemplate {
  readonly name: PlanName;
  readonly limits: PlanLimits;
  readonly entitlements: readonly Entitlement[];
  /** Null: not sold by the seat. */
  readonly seats: SeatRule | null;
}

export const planNames = ['self-hosted', 'basic', 'pro', 'standard', 'premium', 'group'] as const;
export type PlanName = (typeof planNames)[number];

export function isPlanName(text: string): text is PlanName {
  return (planNames as readonly string[]).includes(text);
}

/** The plan of a tenant with everything that was agreed beyond it. */
export interface TenantPlan {
  readonly name: PlanName;
  readonly limits: PlanLimits;
  readonly entitlements: ReadonlySet<Entitlement>;
  /** Members; null: no limit. */
  readonly memberSeats: number | null;
  /** VIP seats (MBX-04); null: no limit. */
  readonly vipSeats: number | null;
}
