import type { MailStore } from '../../../jmap/mail-store.ts';
import type { Address, EmailFull, QueryResponse } from '../../../jmap/types.ts';
import type { Card } from '../../contacts/card.ts';
import type { DraftContent } from '../draft.ts';
import { leftPlaceholder } from '../template.ts';

export type Finding =
  /** Recipients that are not of the company. */
  | { readonly kind: 'outside'; readonly people: readonly Address[] }
  /** Nobody here has written to them before. */
  | { readonly kind: 'first'; readonly people: readonly Address[] }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'placeholder'; readonly text: string }
  | { readonly kind: 'large'; readonly size: number; readonly limit: number }
  /** The clock of a recipient, when it differs: minutes ahead of ours. */
  | { readonly kind: 'time'; readonly person: Address; readonly minutesAhead: number };

const mentionsFile = /附件|附上|随信|随函|attach(?:ed|ment)|enclosed/i;

/** Whether the text speaks of a file and there is none. */
export function forgetsFile(content: DraftContent): boolean {
  return mentionsFile.test(content.text) && !content.files.some(file => file.cid === null);
}

export function recipientsOf(content: DraftContent): readonly Address[] {
  const seen = new Set<string>();
  return [...content.to, ...content.cc, ...content.bcc].filter(({ email }) => {
    const key = email.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** What is learned about somebody from the mail exchanged with them. */
export interface Known {
  readonly wroteBefore: boolean;
  /** Offset of their clock from UTC in minutes, from the newest mail of theirs; null: not known. */
  readonly offset: number | null;
}

/** Offset of a date as it stood in a mail; 0 says nothing: servers write it for "unknown". */
export function offsetOf(sentAt: string | null): number | null {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(sentAt ?? '');
  if (!match) return null;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) || null;
}

/** Looks through the mailbox for mail to and from somebody. */
export async function lookUp(store: MailStore, email: string): Promise<Known> {
  const newest = { sort: [{ property: 'receivedAt', isAscending: false }], limit: 1 };
  const sent = store.mailboxByRole('sent');
  const [to, , mails] = (await store.client.call([
    [
      'Email/query',
      {
        filter: {
          operator: 'AND',
          conditions: [
            { operator: 'OR', conditions: [{ to: email }, { cc: email }] },
            ...(sent ? [{ inMailbox: sent.id }] : []),
          ],
        },
        ...newest,
      },
    ],
    ['Email/query', { filter: { from: email }, ...newest }],
    ['Email/get', { '#ids': { resultOf: '1', name: 'Email/query', path: '/ids' }, properties: ['sentAt'] }],
  ])) as unknown as readonly [
    readonly [string, QueryResponse, string],
    unknown,
    readonly [string, { readonly list: readonly Pick<EmailFull, 'sentAt'>[] }, string],
  ];
  const [mail] = mails[1].list;
  return { wroteBefore: to[1].ids.length > 0 || mail !== undefined, offset: offsetOf(mail?.sentAt ?? null) };
}

/** What to look at before a mail leaves. `known` holds those already looked up, by address in lower case. */
export function findingsOf(
  content: DraftContent,
  ownDomains: ReadonlySet<string>,
  known: ReadonlyMap<string, Known>,
  limit: number,
): readonly Finding[] {
  const findings: Finding[] = [];
  const people = recipientsOf(content);
  const outside = people.filter(({ email }) => !ownDomains.has(domainOf(email)));
  if (outside.length) findings.push({ kind: 'outside', people: outside });
  const first = outside.filter(({ email }) => known.get(email.toLowerCase())?.wroteBefore === false);
  if (first.length) findings.push({ kind: 'first', people: first });
  const here = -new Date().getTimezoneOffset();
  for (const person of outside) {
    const offset = known.get(person.email.toLowerCase())?.offset ?? null;
    if (offset !== null && offset !== here)
      findings.push({ kind: 'time', person, minutesAhead: offset - here });
  }
  if (forgetsFile(content)) findings.push({ kind: 'forgotten' });
  const left = leftPlaceholder(content.subject) ?? leftPlaceholder(content.text);
  if (left) findings.push({ kind: 'placeholder', text: left });
  const size = sizeOf(content);
  if (size > limit) findings.push({ kind: 'large', size, limit });
  return findings;
}

/** Bytes of all files of a draft. */
export function sizeOf(content: DraftContent): number {
  return content.files.reduce((sum, file) => sum + file.size, 0);
}

/** A group of one's own contacts, taken apart into its members with an address. */
export async function groupMembers(store: MailStore, contactId: string): Promise<readonly Address[]> {
  const groups = await store.client.one<{ list: readonly Card[] }>('ContactCard/get', { ids: [contactId] });
  const uids = Object.keys(groups.list[0]?.members ?? {});
  if (uids.length === 0) return [];
  const [, cards] = (await store.client.call([
    [
      'ContactCard/query',
      { filter: { operator: 'OR', conditions: uids.slice(0, 190).map(uid => ({ uid })) }, limit: 500 },
    ],
    ['ContactCard/get', { '#ids': { resultOf: '0', name: 'ContactCard/query', path: '/ids' } }],
  ])) as unknown as readonly [unknown, readonly [string, { list: readonly Card[] }, string]];
  return cards[1].list.flatMap(card => {
    const email = Object.values(card.emails ?? {})[0]?.address;
    return email ? [{ name: card.name?.full?.trim() || null, email }] : [];
  });
}
