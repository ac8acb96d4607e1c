import type { Clock } from '../../platform/clock.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { touchClientPassword } from '../../store/system/sign-in/client-passwords.ts';
import type { Service } from '../types.ts';

/** How often the use of a client password is written down while nothing about it changes, ms. */
const everyMs = 5 * 60_000;
const maxEntries = 10_000;

interface Used {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly id: number;
}

/** Writes down when, by what and from where client passwords were used last; nobody waits for it. */
export class UsedClientPasswords {
  readonly #database: CompanyDatabase;
  readonly #clock: Clock;
  readonly #log: Log;
  /** What was written last, by the password's number. */
  readonly #written = new Map<number, { readonly at: number; readonly where: string }>();

  constructor(database: CompanyDatabase, clock: Clock, log: Log) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  note(used: Used, service: Service, address: string): void {
    const at = this.#clock.now();
    const where = `${service} ${address}`;
    const known = this.#written.get(used.id);
    if (known?.where === where && at >= known.at && at - known.at < everyMs) return;
    this.#written.delete(used.id);
    this.#written.set(used.id, { at, where });
    const [oldest] = this.#written.keys();
    if (this.#written.size > maxEntries && oldest !== undefined) this.#written.delete(oldest);
    const row = { tenant_id: used.tenantId, account_id: used.accountId, id: used.id };
    this.#database
      .of(used.tenantId)
      .transact(tx => touchClientPassword(tx, row, { at, service, address }), { durability: 'relaxed' })
      .catch((error: unknown) => this.#log.error('access.use_unwritten', { error }));
  }
}
