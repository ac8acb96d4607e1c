import { type Administration, reaches } from '../../access/administration.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { departmentExists } from '../../store/system/people/departments.ts';
import { type MembershipRow, membershipsOf } from '../../store/system/people/members.ts';
import type { PlanLimits } from '../plans/plan.ts';
import { requireWithin } from '../plans/tenant-plan.ts';

/** A member's place in a department. */
export interface Place {
  readonly departmentId: number;
  /** The one that stands first on cards and in lists; exactly one of a member's places. */
  readonly main: boolean;
  readonly leader: boolean;
}

/** As it is asked for: a number alone is a place without more. */
export type WantedPlace =
  | number
  | { readonly departmentId: number; readonly main?: boolean; readonly leader?: boolean };

/**
 * Places as they are kept: each department once, exactly one main (the one named, else the first). Throws
 * `department.not_found`, `limit.exceeded`, `input.invalid` for two main places.
 */
export async function requirePlaces(
  reader: SqlReader,
  tenantId: TenantId,
  limits: PlanLimits,
  wanted: readonly WantedPlace[],
): Promise<Omit<MembershipRow, 'account_id'>[]> {
  const places = wanted.map(place => (typeof place === 'number' ? { departmentId: place } : place));
  requireWithin('departmentsPerMember', limits.departmentsPerMember, places.length);
  const seen = new Set<number>();
  for (const { departmentId } of places) {
    if (seen.has(departmentId)) throw new MailError('input.invalid', { field: 'departments', departmentId });
    if (!(await departmentExists(reader, tenantId, departmentId)))
      throw new MailError('department.not_found', { departmentId });
    seen.add(departmentId);
  }
  const mains = places.filter(place => place.main === true);
  if (mains.length > 1) throw new MailError('input.invalid', { field: 'departments', reason: 'two main' });
  const main = mains[0] ?? places[0];
  return places.map(place => ({
    department_id: place.departmentId,
    is_main: place === main ? 1 : 0,
    is_leader: place.leader ? 1 : 0,
  }));
}

export function toPlace(row: MembershipRow): Place {
  return { departmentId: row.department_id, main: row.is_main === 1, leader: row.is_leader === 1 };
}

/** Departments of one member. */
export async function departmentsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number[]> {
  return (await membershipsOf(reader, tenantId, [accountId])).map(place => place.department_id);
}

/** Throws `account.not_found` unless the member is in reach: who is out of reach is not told to exist. */
export async function requireMemberReached(
  reader: SqlReader,
  administration: Administration,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  if (administration.departments === null) return;
  if (reaches(administration, await departmentsOf(reader, tenantId, accountId))) return;
  throw new MailError('account.not_found', { accountId });
}

/**
 * What an administrator of some departments may make of a member's places: those out of reach stay as they are, new ones
 * are in reach, and one at least stays in reach. Throws `access.denied`.
 */
export function requirePlacesInReach(
  administration: Administration,
  before: readonly number[],
  after: readonly number[],
): void {
  const { departments } = administration;
  if (departments === null) return;
  const kept = new Set(after);
  const had = new Set(before);
  const touched = [...before.filter(id => !kept.has(id)), ...after.filter(id => !had.has(id))];
  if (touched.every(id => departments.has(id)) && reaches(administration, after)) return;
  throw new MailError('access.denied', { need: 'departments' });
}
