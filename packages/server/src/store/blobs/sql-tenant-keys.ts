import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import { deriveKey, keyBytes } from '../../platform/secrets/derive.ts';
import type { MasterKey } from '../../platform/secrets/master-key.ts';
import { type TenantKeySet, type TenantKeys, tenantErased } from '../../platform/secrets/tenant-keys.ts';
import { unwrapSecret, wrapSecret } from '../../platform/secrets/wrap.ts';
import { type SqlDatabase, statement } from '../sql/port.ts';

const read = statement('SELECT wrapped FROM tenant_key WHERE tenant_id = $1');
const insert = statement(
  'INSERT INTO tenant_key (tenant_id, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO NOTHING',
);
/** The same length again: SQLite then writes over the old bytes instead of leaving them in a free part of the page. */
const overwrite = statement(
  'UPDATE tenant_key SET wrapped = $2 WHERE tenant_id = $1 AND wrapped IS NOT NULL',
);
const erase = statement(
  `INSERT INTO tenant_key (tenant_id, wrapped, created_at) VALUES ($1, NULL, $2)
   ON CONFLICT (tenant_id) DO UPDATE SET wrapped = NULL`,
);

/** Tenants' keys in `spool.db`, each wrapped by the master key. Unwrapped keys stay in memory. */
export class SqlTenantKeys implements TenantKeys {
  readonly #database: SqlDatabase;
  readonly #clock: Clock;
  readonly #wrapping: Buffer;
  readonly #known = new Map<TenantId, Promise<TenantKeySet>>();

  constructor(database: SqlDatabase, master: MasterKey, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#wrapping = master.derive('tenant key wrapping');
  }

  async get(tenantId: TenantId): Promise<TenantKeySet> {
    let keys = this.#known.get(tenantId);
    if (!keys) {
      keys = this.#load(tenantId);
      this.#known.set(tenantId, keys);
      keys.catch(() => this.#known.delete(tenantId));
    }
    return keys;
  }

  async erase(tenantId: TenantId): Promise<void> {
    const row = await this.#database.get<{ wrapped: Uint8Array | null }>(read, tenantId);
    const zeros = Buffer.alloc(row?.wrapped?.length ?? 0);
    await this.#database.transact(tx => tx.run(overwrite, tenantId, zeros));
    await this.#database.transact(tx => tx.run(erase, tenantId, this.#clock.now()));
    this.#known.delete(tenantId);
  }

  async #load(tenantId: TenantId): Promise<TenantKeySet> {
    const context = `tenant ${tenantId}`;
    let row = await this.#database.get<{ wrapped: Uint8Array | null }>(read, tenantId);
    if (!row) {
      const wrapped = wrapSecret(this.#wrapping, randomBytes(keyBytes), context);
      await this.#database.transact(tx => tx.run(insert, tenantId, wrapped, this.#clock.now()));
      // Another process may have been first: what stands in the table counts.
      row = await this.#database.get(read, tenantId);
    }
    if (!row?.wrapped) throw new MailError('store.unavailable', { reason: tenantErased, tenantId });
    const key = unwrapSecret(this.#wrapping, row.wrapped, context);
    if (!key) throw new MailError('store.corrupt', { reason: 'tenant key and master key differ', tenantId });
    return { identity: deriveKey(key, 'blob identity'), encryption: deriveKey(key, 'blob encryption') };
  }
}
