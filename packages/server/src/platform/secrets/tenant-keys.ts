import type { TenantId } from '../ids.ts';

/** Keys of one tenant, 32 bytes each, derived from one random key that exists nowhere else. */
export interface TenantKeySet {
  /** Identity of bodies: HMAC-SHA-256. */
  readonly identity: Buffer;
  /** Bodies at rest: AES-256-GCM. */
  readonly encryption: Buffer;
}

/** The `reason` of `store.unavailable` for a tenant that was erased. */
export const tenantErased = 'tenant was erased';

/** Keys per tenant. Dropping a tenant's key makes all its bodies unreadable at once, in every backup made later too. */
export interface TenantKeys {
  /** The tenant's keys, made at first use. Throws `store.unavailable` for a tenant that was erased. */
  get(tenantId: TenantId): Promise<TenantKeySet>;
  /** Forgets the tenant's key for ever; it is never made again. */
  erase(tenantId: TenantId): Promise<void>;
}
