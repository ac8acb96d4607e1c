import type { TenantId } from '../platform/ids.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { accountById } from '../store/system/accounts.ts';
import { addressByKey, addressesOfAccount, type NamedAddressRow } from '../store/system/addresses.ts';
import { successorOf } from '../store/system/domains/moves.ts';
import type { DomainRow } from '../store/system/tenants.ts';
import { detailSeparator, localKeyOf, type ParsedAddress } from './address.ts';
import type { Resolution } from './types.ts';

/** How a row is written in an envelope: local part as made, domain in A-labels. */
export function envelopeAddress(row: NamedAddressRow): string {
  return `${row.local_part}@${row.domain_name}`;
}

/** Where mail to an account goes; unknown when it is gone. */
export async function accountResolution(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: number,
  detail: string | null,
): Promise<Resolution> {
  const account = await accountById(reader, tenantId, accountId);
  const primary = (await addressesOfAccount(reader, tenantId, accountId))[0];
  if (!account || account.removed_at !== null || !primary) return { kind: 'unknown', tenantId };
  return {
    kind: 'account',
    tenantId,
    accountId,
    address: envelopeAddress(primary),
    detail,
    disabled: account.disabled_at !== null,
  };
}

/**
 * The row for a local part: exact first, so that an old address with a plus sign stays reachable, then without detail. In
 * a retired trial domain (DOM-02) what is not there any more is looked up where it has moved.
 */
export async function findAddress(
  reader: SqlReader,
  domain: DomainRow,
  address: ParsedAddress,
): Promise<{ row: NamedAddressRow; detail: string | null } | null> {
  const found = await findIn(reader, domain, address);
  if (found) return found;
  const successor = await successorOf(reader, domain.tenant_id, domain.id);
  return successor === null ? null : findIn(reader, { ...domain, id: successor }, address);
}

async function findIn(
  reader: SqlReader,
  domain: DomainRow,
  address: ParsedAddress,
): Promise<{ row: NamedAddressRow; detail: string | null } | null> {
  const exact = await addressByKey(reader, domain.tenant_id, domain.id, address.localKey);
  if (exact) return { row: exact, detail: null };
  const plus = address.local.indexOf(detailSeparator);
  if (plus < 1) return null;
  const base = await addressByKey(
    reader,
    domain.tenant_id,
    domain.id,
    localKeyOf(address.local.slice(0, plus)),
  );
  return base ? { row: base, detail: address.local.slice(plus + 1) } : null;
}
