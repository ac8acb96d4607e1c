import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { accountById, administratorOf } from '../store/system/accounts.ts';
import { addressByKey, addressesOfAccount, type NamedAddressRow } from '../store/system/addresses.ts';
import { groupMembers } from '../store/system/groups.ts';
import { type DomainRow, domainByName, installationDomain } from '../store/system/tenants.ts';
import { addressKey, detailSeparator, localKeyOf, type ParsedAddress, parseAddress } from './address.ts';
import type { DirectoryLimits } from './context.ts';
import type { Resolution } from './types.ts';

/** Mailboxes every domain answers for (RFC 2142 §1, §5); without one of their own they reach the administrator. */
const requiredMailboxes: ReadonlySet<string> = new Set(['postmaster', 'abuse']);

/** How a row is written in an envelope: local part as made, domain in A-labels. */
export function envelopeAddress(row: NamedAddressRow): string {
  return `${row.local_part}@${row.domain_name}`;
}

async function accountResolution(
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

/** The row for a local part: exact first, so that an old address with a plus sign stays reachable, then without detail. */
async function findRow(
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

/** Key under which a target counts once: an account however it is addressed, else the address. */
function targetKey(address: ParsedAddress, found: Resolution): string {
  return found.kind === 'account' ? `account ${found.accountId}` : addressKey(address);
}

/** Walks a group and the groups within it, breadth first, each once. */
async function expand(reader: SqlReader, limits: DirectoryLimits, root: NamedAddressRow): Promise<string[]> {
  const members = new Map<string, string>();
  const seen = new Set<number>();
  let level: { tenantId: TenantId; groupId: number }[] = [
    { tenantId: root.tenant_id, groupId: root.group_id ?? 0 },
  ];
  for (let depth = 0; level.length > 0 && depth < limits.groupDepth; depth += 1) {
    const deeper: typeof level = [];
    for (const group of level) {
      if (seen.has(group.groupId)) continue;
      seen.add(group.groupId);
      for (const member of await groupMembers(reader, group.tenantId, group.groupId)) {
        const parsed = parseAddress(member.address);
        if (!parsed) continue;
        const domain = await domainByName(reader, parsed.domain);
        const target = domain ? await findRow(reader, domain, parsed) : null;
        if (domain && target?.row.group_id) {
          deeper.push({ tenantId: domain.tenant_id, groupId: target.row.group_id });
          continue;
        }
        const found: Resolution = target?.row.account_id
          ? await accountResolution(reader, target.row.tenant_id, target.row.account_id, target.detail)
          : { kind: 'outside' };
        const key = targetKey(parsed, found);
        if (!members.has(key)) members.set(key, member.address);
        if (members.size > limits.expandedMembers) {
          throw new MailError('limit.exceeded', { limit: 'expandedMembers', max: limits.expandedMembers });
        }
      }
    }
    level = deeper;
  }
  return [...members.values()];
}

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
  const found = await findRow(reader, domain, address);
  if (found?.row.account_id) {
    return accountResolution(reader, domain.tenant_id, found.row.account_id, found.detail);
  }
  if (found?.row.group_id) {
    return {
      kind: 'group',
      tenantId: domain.tenant_id,
      groupId: found.row.group_id,
      address: envelopeAddress(found.row),
      members: await expand(reader, limits, found.row),
    };
  }
  if (requiredMailboxes.has(address.localKey)) return requiredMailbox(reader, domain.tenant_id);
  return { kind: 'unknown', tenantId: domain.tenant_id };
}
