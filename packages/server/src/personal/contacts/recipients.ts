import { textOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import { tenantScope } from '../../access/scope.ts';
import { listGroupPage } from '../../directory/groups/groups.ts';
import { searchedText } from '../../directory/profiles/search-text.ts';
import {
  pruneRecipients,
  putRecipient,
  type RecipientRow,
  recipientRows,
  removeRecipient,
} from '../../store/accounts/personal/recipient-rows.ts';
import { type PersonalContext, requireRead, requireWrite } from '../context.ts';
import { entriesOf } from './card-shape.ts';
import { cardName } from './card-text.ts';
import { findColleagues } from './colleagues.ts';
import type { ContactIndexes } from './contact-index.ts';

export interface Suggestion {
  readonly name: string;
  readonly email: string;
  readonly source: 'colleague' | 'contact' | 'recent' | 'group' | 'outside';
  readonly contactId?: string;
}

/** Recipients of one submission that are remembered. */
const mostAtOnce = 100;

/** Remembers whom the member wrote to. */
export async function rememberRecipients(
  ctx: PersonalContext,
  scope: Scope,
  people: readonly { readonly name: string | null; readonly email: string }[],
): Promise<void> {
  requireWrite(scope);
  const now = ctx.mailboxes.clock.now();
  await ctx.mailboxes.accounts.transact(
    scope,
    async tx => {
      for (const { name, email } of people.slice(0, mostAtOnce)) {
        if (email.length <= 320) await putRecipient(tx, email, (name ?? '').slice(0, 200), now);
      }
      await pruneRecipients(tx, ctx.limits.maxRecents);
    },
    { durability: 'relaxed' },
  );
}

/** Forgets addresses; returns how many were known. */
export async function forgetRecipients(
  ctx: PersonalContext,
  scope: Scope,
  emails: readonly string[],
): Promise<number> {
  requireWrite(scope);
  return ctx.mailboxes.accounts.transact(scope, async tx => {
    let count = 0;
    for (const email of emails) count += await removeRecipient(tx, email);
    return count;
  });
}

/** A day counts for as much as one more mail: what is written to often and lately comes first. */
function weightOf(row: RecipientRow, now: number): number {
  const days = Math.max(0, (now - row.used_at) / 86_400_000);
  return Math.log2(1 + row.uses) - days / 30;
}

/** Whether the text stands at the beginning of a line, or of a word in it. */
function begins(lines: string, text: string): boolean {
  let at = lines.indexOf(text);
  while (at >= 0) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(lines.charAt(at - 1)) || /\p{Script=Han}/u.test(text.charAt(0)))
      return true;
    at = lines.indexOf(text, at + 1);
  }
  return false;
}

/**
 * People and groups that a few letters may mean: those written to lately and often first, then one's own contacts,
 * colleagues, groups, outside contacts. Every address once. Throws `input.invalid` for a text over 100 characters.
 */
export async function suggestRecipients(
  ctx: PersonalContext,
  indexes: ContactIndexes,
  scope: Scope,
  given: string,
  limit: number,
): Promise<Suggestion[]> {
  requireRead(scope);
  const text = searchedText(given);
  const now = ctx.mailboxes.clock.now();
  const recents = (await ctx.mailboxes.accounts.read(scope, recipientRows)).toSorted(
    (a, b) => weightOf(b, now) - weightOf(a, now),
  );
  if (text === '') {
    return recents.slice(0, limit).map(({ name, email }) => ({ name, email, source: 'recent' }));
  }
  const found: Suggestion[] = [];
  for (const row of recents) {
    if (found.length >= limit) break;
    const hit = begins(row.email.toLowerCase(), text) || begins(await indexes.recentNames.of(row.name), text);
    if (hit) found.push({ name: row.name, email: row.email, source: 'recent' });
  }
  const { cards } = await indexes.of(scope);
  for (const one of cards) {
    if (found.length >= limit * 2) break;
    const byName = begins(one.nameText, text);
    if (one.card['kind'] === 'group') {
      if (byName) found.push({ name: one.name, email: '', source: 'group', contactId: one.id });
      continue;
    }
    for (const [at, email] of one.emails.entries()) {
      if (byName || begins(one.emailTexts[at] ?? '', text)) {
        found.push({ name: one.name, email, source: 'contact', contactId: one.id });
      }
    }
  }
  const { entries } = await findColleagues(ctx, scope, text, limit);
  for (const entry of entries) {
    found.push({
      name: entry.name,
      email: entry.address,
      source: 'colleague',
      contactId: `u${entry.accountId}`,
    });
  }
  const groups = await listGroupPage(ctx.directoryContext, tenantScope(scope.tenantId, 'recipients'), {
    search: text,
    limit: Math.min(limit, 20),
  });
  for (const group of groups.items) {
    found.push({ name: group.displayName, email: group.address, source: 'group' });
  }
  if (ctx.outside) {
    for (const card of (await ctx.outside.search(scope, text, limit)).cards) {
      for (const one of entriesOf(card, 'emails')) {
        found.push({
          name: cardName(card),
          email: textOf(one, 'address'),
          source: 'outside',
          contactId: textOf(card, 'id'),
        });
      }
    }
  }
  return once(found).slice(0, limit);
}

/** Each address once; what is known better about a recent one is taken over. */
function once(list: readonly Suggestion[]): Suggestion[] {
  const byKey = new Map<string, Suggestion>();
  for (const one of list) {
    const key = one.email === '' ? `#${one.contactId}` : one.email.toLowerCase();
    const before = byKey.get(key);
    if (before === undefined) byKey.set(key, one);
    else if (before.source === 'recent' && one.source !== 'recent') {
      byKey.set(key, { ...one, name: one.name || before.name });
    }
  }
  return [...byKey.values()];
}
