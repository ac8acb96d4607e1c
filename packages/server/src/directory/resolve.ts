import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { administratorOf } from '../store/system/accounts.ts';
import { domainStatusRow } from '../store/system/domains/status-rows.ts';
import { mailStoppedAt } from '../store/system/people/company.ts';
import { type DomainRow, domainByName, installationDomain } from '../store/system/tenants.ts';
import { localKeyOf, type ParsedAddress, parseAddress } from './address.ts';
import type { DirectoryLimits } from './context.ts';
import { isShut } from './domain-state/gate.ts';
import { accountResolution, envelopeAddress, findAddress } from './find-address.ts';
import { openGroup } from './groups/open.ts';
import type { Resolution } from './types.ts';

/** Mailboxes every domain answers for (RFC 2142 §1, §5); without one of their own they reach the administrator. */
const requiredMailboxes: ReadonlySet<string> = new Set(['postmaster', 'abuse']);

async function requiredMailbox(reader: SqlReader, tenantId: TenantId): Promise<Resolution> {
  const administrator = await administratorOf(reader, tenantId);
  if (!administrator) return { kind: 'unknown', tenantId };
  return accountResolution(reader, tenantId, administrator.id, null);
}

/**
 * Where mail to `text` goes, read in one snapshot. `postmaster` may stand without a domain (RFC 5321 §4.1.1.3).
 * Throws `address.invalid` for what is no address, `limit.exceeded` for a group that leads to too many.
 */
export async function resolveAddress(
  reader: SqlReader,
  limits: DirectoryLimits,
  text: string,
): Promise<Resolution> {
  if (localKeyOf(text) === 'postmaster') {
    const home = await installationDomain(reader);
    return home ? resolveAddress(reader, limits, `postmaster@${home.name}`) : { kind: 'outside' };
  }
  const address = parseAddress(text);
  if (!address) throw new MailError('address.invalid', { address: text.slice(0, 320) });
  const domain = address.domain.startsWith('[') ? undefined : await domainByName(reader, address.domain);
  if (!domain) return { kind: 'outside' };
  if (isShut(await domainStatusRow(reader, domain.tenant_id, domain.id))) {
    return { kind: 'unknown', tenantId: domain.tenant_id };
  }
  const found = await resolveIn(reader, limits, domain, address);
  const stopped = (await mailStoppedAt(reader, domain.tenant_id)) !== null;
  return stopped && found.kind !== 'outside' ? { ...found, stopped } : found;
}

async function resolveIn(
  reader: SqlReader,
  limits: DirectoryLimits,
  domain: DomainRow,
  address: ParsedAddress,
): Promise<Resolution> {
  const found = await findAddress(reader, domain, address);
  if (found?.row.account_id) {
    return accountResolution(reader, domain.tenant_id, found.row.account_id, found.detail);
  }
  if (found?.row.group_id) {
    return {
      kind: 'group',
      tenantId: domain.tenant_id,
      groupId: found.row.group_id,
      address: envelopeAddress(found.row),
      ...(await openGroup(reader, limits, domain.tenant_id, found.row.group_id)),
    };
  }
  if (requiredMailboxes.has(address.localKey)) return requiredMailbox(reader, domain.tenant_id);
  return { kind: 'unknown', tenantId: domain.tenant_id };
}
