import type { PlanLimits } from '../plans/plan.ts';

/** Bytes that a member may use: with a VIP seat the plan's, or more if allotted; else what was allotted or the plan gives (MBX-05). */
export function memberQuotaBytes(limits: PlanLimits, vip: boolean, allotted: number | null): number | null {
  if (!vip) return allotted ?? limits.memberQuotaBytes;
  const { vipQuotaBytes } = limits;
  return vipQuotaBytes === null || allotted === null ? vipQuotaBytes : Math.max(vipQuotaBytes, allotted);
}
