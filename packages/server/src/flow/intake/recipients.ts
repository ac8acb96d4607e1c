import { type Poster, reachable } from '../../directory/groups/posting.ts';
import type { GroupResolution } from '../../directory/types.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { FlowLimits } from '../limits.ts';
import type { AddressDirectory } from '../ports.ts';
import { domainOf } from '../relay/envelope.ts';
import { asciiDomain } from '../relay/route.ts';
import type { RecipientOptions } from '../types.ts';
import { listIdField } from './list-id.ts';

/** Who a message goes to once aliases and groups are opened. */
export type Recipient = {
  /** Tenant in whose store the body lies for this recipient. */
  readonly tenantId: TenantId;
  /** Address of the mailbox, or the outside address. */
  readonly address: string;
  /** Address given in RCPT. */
  readonly given: string;
  /** Address of the group that led here; null for a direct one. */
  readonly via: string | null;
  /** Field that names that group as a list (RFC 2919), without line end; null for a direct one. */
  readonly listId: string | null;
  readonly options: RecipientOptions;
} & (
  | { readonly kind: 'local'; readonly accountId: AccountId; readonly detail: string | null }
  | { readonly kind: 'relay'; readonly domain: string }
);

/** A group whose sender asked to hear of its delivery: an `expanded` DSN is due (RFC 3461 §5.2.7.3 (c)). */
export interface Expansion {
  readonly address: string;
  readonly tenantId: TenantId;
  readonly options: RecipientOptions;
}

export interface RecipientListOptions {
  readonly directory: AddressDirectory;
  readonly limits: FlowLimits;
  /** Tenant for which outside recipients are relayed; null when nobody signed in: then nothing goes outside. */
  readonly tenantId: TenantId | null;
  /** Who writes: groups take mail from some only (GRP-04). */
  readonly poster: () => Promise<Poster>;
  /** Throws unless the mailbox may take the message: asked for direct recipients. */
  readonly admit: (tenantId: TenantId, accountId: AccountId) => Promise<void>;
}

/** The recipients of one message: resolved, opened, each once. */
export class RecipientList {
  readonly #options: RecipientListOptions;
  readonly #recipients = new Map<string, Recipient>();
  readonly #given = new Set<string>();
  readonly expansions: Expansion[] = [];

  constructor(options: RecipientListOptions) {
    this.#options = options;
  }

  get all(): readonly Recipient[] {
    return [...this.#recipients.values()];
  }

  /** Accepted forward-paths. */
  get given(): readonly string[] {
    return [...this.#given];
  }

  /**
   * Adds a forward-path. Throws `recipient.too_many`, `recipient.unknown`, `relay.denied`, `account.disabled` (only to
   * who signed in), `service.stopped`, `quota.exceeded`, `address.invalid`, `group.posting_denied`; the list is then as before.
   */
  async add(forwardPath: string, options: RecipientOptions): Promise<void> {
    const { directory, limits, tenantId } = this.#options;
    if (this.#given.has(forwardPath)) return;
    if (this.#given.size >= limits.maxRecipients) {
      throw new MailError('recipient.too_many', { max: limits.maxRecipients });
    }
    const found = await directory.resolve(forwardPath);
    if (found.kind !== 'outside' && found.stopped) throw new MailError('service.stopped');
    switch (found.kind) {
      case 'unknown':
        throw new MailError('recipient.unknown', { address: forwardPath });
      case 'outside':
        if (tenantId === null) throw new MailError('relay.denied', { address: forwardPath });
        this.#keep([
          outside(forwardPath, { given: forwardPath, via: null, listId: null, tenantId, options }),
        ]);
        break;
      case 'account':
        if (found.disabled) {
          // Strangers are not told that somebody is here.
          const code = tenantId === null ? 'recipient.unknown' : 'account.disabled';
          throw new MailError(code, { address: forwardPath });
        }
        await this.#options.admit(found.tenantId, found.accountId);
        this.#keep([{ ...local(found), given: forwardPath, via: null, listId: null, options }]);
        break;
      case 'group':
        await this.#addGroup(found, forwardPath, options);
    }
    this.#given.add(forwardPath);
  }

  /**
   * Adds the members that the sender may reach. Groups within the group whose rule refuses the sender are left out; when
   * nobody is left, or there is nobody, it is refused.
   */
  async #addGroup(group: GroupResolution, given: string, options: RecipientOptions): Promise<void> {
    const { recipients, refused } = reachable(group, await this.#options.poster());
    if (refused.includes(group.groupId)) throw new MailError('group.posting_denied', { address: given });
    const single = group.members.length === 1;
    const via = group.address;
    const entry = {
      given,
      via,
      listId: listIdField(group),
      tenantId: group.tenantId,
      options: single ? options : withoutSuccess(options),
    };
    const members: Recipient[] = [];
    for (const member of recipients) {
      if (member.kind === 'outside') members.push(outside(member.address, entry));
      else if (!member.disabled) members.push({ ...entry, ...local(member) });
    }
    if (members.length === 0) {
      if (refused.length > 0) throw new MailError('group.posting_denied', { address: given });
      throw new MailError('recipient.unknown', { address: given });
    }
    this.#keep(members);
    if (!single && options.notify?.includes('SUCCESS')) {
      this.expansions.push({ address: given, tenantId: group.tenantId, options });
    }
  }

  /** Takes recipients over, all or none; the first way in to a mailbox counts. */
  #keep(recipients: readonly Recipient[]): void {
    const max = this.#options.limits.maxExpandedRecipients;
    const fresh = recipients.filter(recipient => !this.#recipients.has(keyOf(recipient)));
    if (this.#recipients.size + fresh.length > max) throw new MailError('recipient.too_many', { max });
    for (const recipient of fresh) this.#recipients.set(keyOf(recipient), recipient);
  }
}

function keyOf(recipient: Recipient): string {
  if (recipient.kind === 'local') return `account ${recipient.accountId}`;
  const { address, domain } = recipient;
  return `${address.slice(0, address.length - domainOf(address).length)}${domain}`;
}

function local(found: {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly address: string;
  readonly detail: string | null;
}): Pick<Extract<Recipient, { kind: 'local' }>, 'kind' | 'tenantId' | 'accountId' | 'address' | 'detail'> {
  const { tenantId, accountId, address, detail } = found;
  return { kind: 'local', tenantId, accountId, address, detail };
}

function outside(
  address: string,
  entry: Pick<Recipient, 'given' | 'via' | 'listId' | 'tenantId' | 'options'>,
): Recipient {
  return { ...entry, kind: 'relay', address, domain: asciiDomain(domainOf(address)) };
}

/** NOTIFY for the members of a group: success is reported once, as `expanded` (RFC 3461 §5.2.7.3 (c)). */
function withoutSuccess(options: RecipientOptions): RecipientOptions {
  if (!options.notify?.includes('SUCCESS')) return options;
  const rest = options.notify.filter(condition => condition !== 'SUCCESS');
  return { ...options, notify: rest.length > 0 ? rest : ['NEVER'] };
}
