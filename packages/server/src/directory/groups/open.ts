import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { groupById, groupMembers } from '../../store/system/groups.ts';
import { groupSenders, peopleOfUnits, type UnitPersonRow } from '../../store/system/sharing/group-units.ts';
import { representativesOf } from '../../store/system/sharing/representatives.ts';
import { type DomainRow, domainByName } from '../../store/system/tenants.ts';
import { addressKey, parseAddress } from '../address.ts';
import type { DirectoryLimits } from '../context.ts';
import { accountResolution, findAddress } from '../find-address.ts';
import type { GroupRecipient, GroupResolution, OpenedGroup } from '../types.ts';

interface GroupKey {
  readonly tenantId: TenantId;
  readonly groupId: number;
}

/** Opens a group and the groups within it in one snapshot. */
class Opening {
  readonly #reader: SqlReader;
  readonly #limits: DirectoryLimits;
  readonly #domains = new Map<string, DomainRow | undefined>();
  readonly #people = new Set<string>();

  constructor(reader: SqlReader, limits: DirectoryLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Breadth first, each group once. */
  async run(root: GroupKey): Promise<Map<number, OpenedGroup>> {
    const opened = new Map<number, OpenedGroup>();
    let level: GroupKey[] = [root];
    for (let depth = 0; level.length > 0 && depth < this.#limits.groupDepth; depth += 1) {
      const deeper: GroupKey[] = [];
      for (const key of level) {
        if (!opened.has(key.groupId)) opened.set(key.groupId, await this.#open(key, deeper));
      }
      level = deeper;
    }
    return opened;
  }

  async #open(key: GroupKey, deeper: GroupKey[]): Promise<OpenedGroup> {
    const { tenantId, groupId } = key;
    const row = await groupById(this.#reader, tenantId, groupId);
    const recipients: GroupRecipient[] = [];
    const groups: number[] = [];
    for (const member of await groupMembers(this.#reader, tenantId, groupId)) {
      const target = await this.target(member.address);
      if (target === null) continue;
      if (target.kind === 'group') {
        groups.push(target.groupId);
        deeper.push(target);
      } else this.#add(recipients, target);
    }
    const limit = this.#limits.expandedMembers + 1;
    for (const person of await peopleOfUnits(this.#reader, tenantId, groupId, 'member', limit)) {
      this.#add(recipients, personTarget(tenantId, person));
    }
    const posting = row?.posting ?? 'company';
    const listed = posting === 'listed' ? await this.#listed(key) : nobody;
    return { tenantId, groupId, posting, listed, recipients, groups };
  }

  /** Where the address of a member leads; null when it leads nowhere. */
  async target(address: string): Promise<GroupRecipient | ({ readonly kind: 'group' } & GroupKey) | null> {
    const parsed = parseAddress(address);
    if (!parsed) return null;
    const domain = await this.#domain(parsed.domain);
    if (!domain) return { kind: 'outside', address };
    const found = await findAddress(this.#reader, domain, parsed);
    if (!found) return null;
    const { row, detail } = found;
    if (row.group_id !== null) return { kind: 'group', tenantId: row.tenant_id, groupId: row.group_id };
    if (row.account_id === null) return null;
    const account = await accountResolution(this.#reader, row.tenant_id, row.account_id, detail);
    return account.kind === 'account' ? account : null;
  }

  async #listed({ tenantId, groupId }: GroupKey): Promise<OpenedGroup['listed']> {
    const limit = this.#limits.expandedMembers;
    const people = await peopleOfUnits(this.#reader, tenantId, groupId, 'sender', limit);
    const accounts = new Set(people.map(person => person.account_id));
    const addresses = new Set<string>();
    for (const sender of await groupSenders(this.#reader, tenantId, groupId)) {
      const target = await this.target(sender);
      if (target?.kind === 'account') accounts.add(target.accountId);
      const parsed = parseAddress(sender);
      if (parsed) addresses.add(addressKey(parsed));
    }
    return { accounts, addresses };
  }

  async #domain(name: string): Promise<DomainRow | undefined> {
    if (!this.#domains.has(name)) this.#domains.set(name, await domainByName(this.#reader, name));
    return this.#domains.get(name);
  }

  #add(recipients: GroupRecipient[], recipient: GroupRecipient): void {
    recipients.push(recipient);
    this.#people.add(recipientKey(recipient));
    const max = this.#limits.expandedMembers;
    if (this.#people.size > max) throw new MailError('limit.exceeded', { limit: 'expandedMembers', max });
  }
}

const nobody: OpenedGroup['listed'] = { accounts: new Set(), addresses: new Set() };

function personTarget(tenantId: TenantId, person: UnitPersonRow): GroupRecipient {
  return {
    kind: 'account',
    tenantId,
    accountId: person.account_id,
    address: `${person.local_part}@${person.domain_name}`,
    detail: null,
    disabled: person.disabled_at !== null,
  };
}

/** Key under which a recipient counts once: an account however it is addressed, else the address. */
export function recipientKey(recipient: GroupRecipient): string {
  if (recipient.kind === 'account') return `account ${recipient.accountId}`;
  const parsed = parseAddress(recipient.address);
  return parsed ? addressKey(parsed) : recipient.address;
}

/** Where a group leads. Throws `limit.exceeded` for a group that leads to too many. */
export async function openGroup(
  reader: SqlReader,
  limits: DirectoryLimits,
  tenantId: TenantId,
  groupId: number,
): Promise<Pick<GroupResolution, 'displayName' | 'members' | 'opened' | 'representatives'>> {
  const row = await groupById(reader, tenantId, groupId);
  const opening = new Opening(reader, limits);
  const opened = await opening.run({ tenantId, groupId });
  const members = new Map<string, string>();
  for (const group of opened.values()) {
    for (const recipient of group.recipients) {
      const key = recipientKey(recipient);
      if (!members.has(key)) members.set(key, recipient.address);
    }
  }
  const representatives: GroupRecipient[] = [];
  for (const person of await representativesOf(reader, tenantId, groupId)) {
    const found = await accountResolution(reader, tenantId, person.account_id, null);
    if (found.kind === 'account') representatives.push(found);
  }
  return {
    displayName: row?.display_name ?? '',
    members: [...members.values()],
    opened,
    representatives,
  };
}
