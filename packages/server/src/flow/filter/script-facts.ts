import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { getMailbox } from '../../mailbox/list.ts';
import { listAnnotations } from '../../mailbox/sharing/annotations.ts';
import { ContactIndexes } from '../../personal/contacts/contact-index.ts';
import type { PersonalContext } from '../../personal/context.ts';
import type { MemberFormsCache } from '../../personal/filtering/forms.ts';
import { pathOf } from './file.ts';

/** The member's address book (RFC 6134 §2.6), and the senders they allow and block (FLT-02, FLT-03). */
export const scriptLists = {
  addressBook: 'urn:ietf:params:sieve:addrbook:default',
  allowed: 'urn:hongyan:senders:allowed',
  blocked: 'urn:hongyan:senders:blocked',
} as const;

/** What scripts may ask of a member's things beside mail. */
export interface ScriptFacts {
  /** An annotation of a folder, or with null of the account (RFC 5490). */
  metadata(scope: Scope, mailbox: string | null, entry: string): Promise<string | null>;
  /** Whether a value stands in a list of the member; null when there is none of that name (RFC 6134). */
  inList(scope: Scope, list: string, value: string): Promise<boolean | null>;
  /** All addresses of a list; null when it cannot be listed. */
  listMembers(scope: Scope, list: string): Promise<readonly string[] | null>;
}

/** Reads what scripts may ask; without `personal` there are no lists. */
export function scriptFacts(
  mailboxes: MailboxContext,
  personal: PersonalContext | null,
  forms: MemberFormsCache | null,
): ScriptFacts {
  const contacts = personal === null ? null : new ContactIndexes(personal);
  const addresses = async (scope: Scope): Promise<Set<string>> => {
    const index = await contacts?.of(scope);
    return new Set(index?.cards.flatMap(({ emails }) => emails.map(email => email.toLowerCase())));
  };
  return {
    async metadata(scope, name, entry) {
      const path = name === null ? null : pathOf(name);
      const mailbox = path === null ? null : await getMailbox(mailboxes, scope, path);
      if (name !== null && mailbox === null) return null;
      const found = (await listAnnotations(mailboxes, scope, mailbox?.id ?? null)).find(
        ({ space, path: own }) => `/${space}${own}` === entry,
      );
      return found === undefined ? null : Buffer.from(found.value).toString('utf8');
    },
    async inList(scope, list, value) {
      if (contacts === null) return null;
      if (list === scriptLists.addressBook) return (await addresses(scope)).has(value.toLowerCase());
      if (list !== scriptLists.allowed && list !== scriptLists.blocked) return null;
      const verdict = (await forms?.of(scope))?.senders.verdict([value]) ?? null;
      return verdict === (list === scriptLists.allowed ? 'allow' : 'block');
    },
    async listMembers(scope, list) {
      if (contacts === null || list !== scriptLists.addressBook) return null;
      return [...(await addresses(scope))];
    },
  };
}
