import type { KeyObject } from 'node:crypto';
import {
  keyRecordName,
  keyRecordText,
  keyTypeOf,
  type SigningAlgorithm,
} from '@hongyan/formats/auth/dkim/key-record.ts';
import type { Scope } from '../access/scope.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { MasterKey } from '../platform/secrets/master-key.ts';
import { unwrapSecret, wrapSecret } from '../platform/secrets/wrap.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import {
  type DkimKeyRow,
  deleteOldDkimKeys,
  insertDkimKey,
  listDkimKeyRows,
  setDkimKeyTerm,
} from '../store/system/dkim-keys.ts';
import { raiseDirectoryVersion } from '../store/system/sequences.ts';
import { type DomainRow, domainByName } from '../store/system/tenants.ts';
import { domainToKey } from './address.ts';
import { DirectoryCache } from './cache.ts';
import { requireDomain } from './context.ts';
import { type KeyMaterial, keyObject, newKeyMaterial } from './dkim-material.ts';
import { requireDomains } from './domain-state/access.ts';
import { recordOperation } from './operations.ts';

/** Named values of key rotation, ms. */
export interface DkimLimits {
  /** Between the making of new keys and their first signature: time to publish their records. */
  readonly publishMs: number;
  /** How long the record of a retired key stays: longer than a message can be on its way. */
  readonly keepMs: number;
}

const day = 86_400_000;
export const defaultDkimLimits: DkimLimits = { publishMs: 3 * day, keepMs: 14 * day };

/** `next`: not yet signing; `active`: signing; `retired`: its record is still needed for mail that is on its way. */
export type DkimKeyState = 'next' | 'active' | 'retired';

/** A key as administrators see it: without its private part. */
export interface DkimKey {
  /** A-labels. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  /** As in `p=` of the key record. */
  readonly publicKey: string;
  /** The TXT record to publish. */
  readonly record: { readonly name: string; readonly text: string };
  readonly state: DkimKeyState;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly activeFrom: number;
  readonly retiredAt: number | null;
  /** When no mail that it signed can be on its way any more; null while it is not to retire. */
  readonly removableAt: number | null;
}

/** A key that signs now. */
export interface SigningKey {
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

/** The keys with which domains sign their mail (RFC 6376, RFC 8463). */
export interface DkimKeys {
  /**
   * What mail of a domain (U-labels or A-labels) is signed with now, made if the domain never had any; null for a domain
   * that is not the tenant's. Remembered: every outgoing message asks.
   */
  signing(tenantId: TenantId, domain: string): Promise<readonly SigningKey[] | null>;
  /** The keys whose records belong into the DNS. Throws `domain.not_found`. */
  list(scope: Scope, domain: string): Promise<DkimKey[]>;
  /**
   * Makes new keys, which sign once `publishMs` has passed, or with `now` at once; the old ones sign until then. With
   * `now` keys that are waiting begin instead. Throws `domain.not_found`, and `conflict.state` while keys are waiting.
   */
  rotate(scope: Scope, domain: string, options?: { readonly now?: boolean }): Promise<DkimKey[]>;
  /** The same for the server itself, which has found the domain to be somebody's. */
  published(domain: DomainRow): Promise<DkimKey[]>;
  /** Makes the first keys of a new domain; what it returns files them in the transaction that adds it. */
  prepare(): Promise<(tx: SqlTransaction, domain: DomainRow) => Promise<void>>;
}

export interface DkimOptions {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly master: MasterKey;
  readonly limits?: DkimLimits;
  /** How long another process's change may stay unseen, in ms. */
  readonly maxStalenessMs?: number;
}

export function createDkimKeys(options: DkimOptions): DkimKeys {
  return new StoredDkimKeys(options);
}

/** Keys of a domain with their terms; which of them sign depends on when one asks. */
interface Ring {
  readonly owned: boolean;
  readonly keys: readonly (SigningKey & { readonly activeFrom: number; readonly retiredAt: number | null })[];
}

class StoredDkimKeys implements DkimKeys {
  readonly #database: CompanyDatabase;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #wrapping: Buffer;
  readonly #limits: DkimLimits;
  readonly #rings: DirectoryCache<Ring>;
  /** First keys being made, by domain id: a burst of mail must not make them many times. */
  readonly #making = new Map<number, Promise<DkimKeyRow[]>>();

  constructor(options: DkimOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#wrapping = options.master.derive('dkim key wrapping');
    this.#limits = options.limits ?? defaultDkimLimits;
    this.#rings = new DirectoryCache(options.clock, options.maxStalenessMs);
  }

  async signing(tenantId: TenantId, domain: string): Promise<readonly SigningKey[] | null> {
    const name = domainToKey(domain);
    if (name === null) return null;
    const ring = await this.#rings.get(this.#database.of(tenantId), `${tenantId} ${name}`, () =>
      this.#ring(tenantId, name),
    );
    const now = this.#clock.now();
    return ring.owned
      ? ring.keys.filter(key => stateOf(key.activeFrom, key.retiredAt, now) === 'active')
      : null;
  }

  async list(scope: Scope, domain: string): Promise<DkimKey[]> {
    requireDomains(scope, 'view');
    const row = await requireDomain(
      this.#database.of(scope.tenantId),
      scope.tenantId,
      domainToKey(domain) ?? domain,
    );
    return this.#shown(row, await this.#rows(row));
  }

  async published(domain: DomainRow): Promise<DkimKey[]> {
    return this.#shown(domain, await this.#rows(domain));
  }

  async rotate(scope: Scope, domain: string, options: { readonly now?: boolean } = {}): Promise<DkimKey[]> {
    requireDomains(scope, 'manage');
    const { tenantId } = scope;
    const name = domainToKey(domain) ?? domain;
    await requireDomain(this.#database.of(scope.tenantId), tenantId, name);
    const material = await newKeyMaterial();
    return this.#change(tenantId, async tx => {
      const row = await requireDomain(tx, tenantId, name);
      const now = this.#clock.now();
      await deleteOldDkimKeys(tx, tenantId, row.id, now - this.#limits.keepMs);
      const rows = await listDkimKeyRows(tx, tenantId, row.id);
      const waiting = rows.filter(key => key.active_from > now);
      if (waiting.length > 0 && !options.now) {
        throw new MailError('conflict.state', { domain: name, reason: 'new keys are waiting' });
      }
      // The first keys of a domain have nobody to wait for.
      const start = options.now || rows.length === 0 ? now : now + this.#limits.publishMs;
      for (const key of rows) {
        if (waiting.includes(key)) await setDkimKeyTerm(tx, key, now, null);
        else if (key.retired_at === null || key.retired_at > start) {
          await setDkimKeyTerm(tx, key, key.active_from, start);
        }
      }
      if (waiting.length === 0) await this.#insert(tx, row, material, start);
      await recordOperation(tx, this.#clock, scope, {
        action: 'domain.keys_rotated',
        targetKind: 'domain',
        target: name,
        details: { signsFrom: start },
      });
      return this.#shown(row, await listDkimKeyRows(tx, tenantId, row.id));
    });
  }

  async prepare(): Promise<(tx: SqlTransaction, domain: DomainRow) => Promise<void>> {
    const material = await newKeyMaterial();
    return (tx, domain) => this.#insert(tx, domain, material, this.#clock.now());
  }

  async #ring(tenantId: TenantId, name: string): Promise<Ring> {
    const domain = await domainByName(this.#database.of(tenantId), name);
    if (domain?.tenant_id !== tenantId) return { owned: false, keys: [] };
    const keys: Ring['keys'][number][] = [];
    for (const row of await this.#rows(domain)) {
      const { selector, algorithm } = row;
      const opened = unwrapSecret(this.#wrapping, row.wrapped, contextOf(row));
      if (opened) {
        const times = { activeFrom: row.active_from, retiredAt: row.retired_at };
        keys.push({ selector, algorithm, key: keyObject(opened), ...times });
      } else this.#log.error('dkim.key_unreadable', { domain: name, selector });
    }
    return { owned: true, keys };
  }

  /** The domain's keys; the first ones are made here for a domain that is older than its keys. */
  async #rows(domain: DomainRow): Promise<DkimKeyRow[]> {
    const known = await listDkimKeyRows(this.#database.of(domain.tenant_id), domain.tenant_id, domain.id);
    if (known.length > 0) return known;
    let making = this.#making.get(domain.id);
    if (!making) {
      making = this.#makeFirst(domain).finally(() => this.#making.delete(domain.id));
      this.#making.set(domain.id, making);
    }
    return making;
  }

  async #makeFirst(domain: DomainRow): Promise<DkimKeyRow[]> {
    const file = await this.prepare();
    return this.#change(domain.tenant_id, async tx => {
      const current = await requireDomain(tx, domain.tenant_id, domain.name);
      // Another process may have been first.
      const rows = await listDkimKeyRows(tx, current.tenant_id, current.id);
      if (rows.length > 0) return rows;
      await file(tx, current);
      return listDkimKeyRows(tx, current.tenant_id, current.id);
    });
  }

  async #change<T>(tenantId: TenantId, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
    return this.#database.of(tenantId).transact(async tx => {
      const result = await work(tx);
      await raiseDirectoryVersion(tx);
      tx.afterCommit(() => this.#rings.clear());
      return result;
    });
  }

  async #insert(
    tx: SqlTransaction,
    domain: DomainRow,
    material: readonly KeyMaterial[],
    activeFrom: number,
  ): Promise<void> {
    const { tenant_id, id: domain_id } = domain;
    const now = this.#clock.now();
    const taken = new Set((await listDkimKeyRows(tx, tenant_id, domain_id)).map(row => row.selector));
    for (const { algorithm, privateKey, publicKey } of material) {
      const selector = newSelector(algorithm, now, taken);
      taken.add(selector);
      const wrapped = wrapSecret(this.#wrapping, privateKey, contextOf({ tenant_id, domain_id, selector }));
      await insertDkimKey(tx, {
        tenant_id,
        domain_id,
        selector,
        algorithm,
        wrapped,
        public_key: publicKey,
        created_at: now,
        active_from: activeFrom,
        retired_at: null,
      });
    }
  }

  #shown(domain: DomainRow, rows: readonly DkimKeyRow[]): DkimKey[] {
    const now = this.#clock.now();
    return rows
      .filter(row => row.retired_at === null || row.retired_at + this.#limits.keepMs > now)
      .map(row => ({
        domain: domain.name,
        selector: row.selector,
        algorithm: row.algorithm,
        publicKey: row.public_key,
        record: {
          name: keyRecordName(row.selector, domain.name),
          text: keyRecordText({ type: keyTypeOf(row.algorithm), key: row.public_key }),
        },
        state: stateOf(row.active_from, row.retired_at, now),
        createdAt: row.created_at,
        activeFrom: row.active_from,
        retiredAt: row.retired_at,
        removableAt: row.retired_at === null ? null : row.retired_at + this.#limits.keepMs,
      }));
  }
}

function stateOf(activeFrom: number, retiredAt: number | null, now: number): DkimKeyState {
  if (activeFrom > now) return 'next';
  return retiredAt !== null && retiredAt <= now ? 'retired' : 'active';
}

/** What a sealed key is bound to, so that none can be put into another one's place. */
function contextOf(row: Pick<DkimKeyRow, 'tenant_id' | 'domain_id' | 'selector'>): string {
  return `dkim ${row.tenant_id} ${row.domain_id} ${row.selector}`;
}

/** A selector that the domain does not have: says the algorithm and the day, which is what one looks for in a zone. */
function newSelector(algorithm: SigningAlgorithm, now: number, taken: ReadonlySet<string>): string {
  const stem = `${keyTypeOf(algorithm)}-${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}`;
  let selector = stem;
  for (let number = 2; taken.has(selector); number += 1) selector = `${stem}-${number}`;
  return selector;
}
