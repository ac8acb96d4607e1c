import type { TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { memberCount } from '../../store/system/people/company.ts';
import type { MembershipRow } from '../../store/system/people/members.ts';
import { reserveIds } from '../../store/system/sequences.ts';
import type { DomainRow } from '../../store/system/tenants.ts';
import { requireDomain } from '../context.ts';
import { requireOpenDomain } from '../domain-state/gate.ts';
import type { TenantPlan } from '../plans/plan.ts';
import { holdPlan, requireWithin } from '../plans/tenant-plan.ts';
import { requirePlaces, type WantedPlace } from './places.ts';

/** Rows of credentials of a member with a password. */
const credentialsEach = 2;

/**
 * What members that are filed in one transaction have in common, read once. The plan is held by the first, so that it and
 * the number of members stay as they are; nobody else writes into the directory meanwhile.
 */
export class FilingMemory {
  readonly #tx: SqlTransaction;
  readonly #tenantId: TenantId;
  readonly #domains = new Map<string, DomainRow>();
  readonly #places = new Map<string, readonly Omit<MembershipRow, 'account_id'>[]>();
  #plan: TenantPlan | null = null;
  #members: number | null = null;

  constructor(tx: SqlTransaction, tenantId: TenantId) {
    this.#tx = tx;
    this.#tenantId = tenantId;
  }

  /** Takes identifiers for so many members ahead. */
  async expect(members: number): Promise<void> {
    await reserveIds(this.#tx, 'account', members);
    await reserveIds(this.#tx, 'credential', members * credentialsEach);
    await reserveIds(this.#tx, 'operation', members);
  }

  async plan(): Promise<TenantPlan> {
    this.#plan ??= await holdPlan(this.#tx, this.#tenantId);
    return this.#plan;
  }

  /** Counts one member more. Throws `limit.exceeded`. */
  async takeSeat(): Promise<void> {
    const { memberSeats } = await this.plan();
    if (memberSeats === null) return;
    this.#members = (this.#members ?? (await memberCount(this.#tx, this.#tenantId))) + 1;
    requireWithin('memberSeats', memberSeats, this.#members);
  }

  /** A domain in which addresses may be made. Throws `domain.not_found`, `domain.pending`. */
  async domain(name: string): Promise<DomainRow> {
    const known = this.#domains.get(name);
    if (known) return known;
    const domain = await requireDomain(this.#tx, this.#tenantId, name);
    await requireOpenDomain(this.#tx, domain);
    this.#domains.set(name, domain);
    return domain;
  }

  /** As `requirePlaces`. */
  async places(wanted: readonly WantedPlace[]): Promise<readonly Omit<MembershipRow, 'account_id'>[]> {
    if (wanted.length === 0) return [];
    const key = JSON.stringify(wanted);
    const known = this.#places.get(key);
    if (known) return known;
    const { limits } = await this.plan();
    const places = await requirePlaces(this.#tx, this.#tenantId, limits, wanted);
    this.#places.set(key, places);
    return places;
  }
}
