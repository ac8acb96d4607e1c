import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import { type BookEntry, bookEntries, searchBook } from '../../directory/book/book.ts';
import type { PersonalContext } from '../context.ts';
import { companyBookId } from './books.ts';

/** What ids of colleagues begin with. */
export const colleaguePrefix = 'u';

/** Colleagues that one page of the book brings. */
const pageSize = 200;

/** A colleague as a card. */
export function colleagueCard(entry: BookEntry): JsonObject {
  const { fields } = entry;
  const phones: JsonObject = {
    ...(fields.mobile ? { mobile: { number: fields.mobile, features: { mobile: true } } } : {}),
    ...(fields.phone ? { work: { number: fields.phone, contexts: { work: true } } } : {}),
  };
  const places = entry.departments.map(
    ({ path }, index) =>
      [`d${index + 1}`, { name: path[0] ?? '', units: path.slice(1).map(name => ({ name })) }] as const,
  );
  return {
    id: colleaguePrefix + entry.accountId,
    '@type': 'Card',
    version: '1.0',
    kind: 'individual',
    uid: `urn:hongyan:member:${entry.accountId}`,
    addressBookIds: { [companyBookId]: true },
    name: { full: entry.name },
    emails: { work: { address: entry.address, contexts: { work: true }, pref: 1 } },
    ...(fields.englishName ? { nicknames: { english: { name: fields.englishName } } } : {}),
    ...(fields.jobTitle ? { titles: { title: { name: fields.jobTitle, kind: 'title' } } } : {}),
    ...(Object.keys(phones).length > 0 ? { phones } : {}),
    ...(places.length > 0 ? { organizations: objectOf(places) } : {}),
  };
}

/** Up to `limit` colleagues whose name, pinyin, initials or address hold the text, by pinyin; `total` of all. */
export async function findColleagues(
  ctx: PersonalContext,
  scope: Scope,
  text: string,
  limit: number,
): Promise<{ readonly entries: BookEntry[]; readonly total: number }> {
  const entries: BookEntry[] = [];
  let total = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof searchBook>> = await searchBook(ctx.directoryContext, scope, {
      text: text.slice(0, 100),
      limit: Math.min(pageSize, Math.max(1, limit - entries.length)),
      ...(cursor !== null && { cursor }),
    });
    entries.push(...page.items);
    total = page.total ?? total;
    cursor = page.nextCursor;
  } while (cursor !== null && entries.length < limit);
  return { entries, total };
}

/** The colleagues of these card ids whom the member sees. */
export async function colleaguesById(
  ctx: PersonalContext,
  scope: Scope,
  ids: readonly string[],
): Promise<JsonObject[]> {
  const numbers = ids
    .filter(id => /^u[1-9][0-9]{0,14}$/.test(id))
    .map(id => Number(id.slice(colleaguePrefix.length)));
  const cards: JsonObject[] = [];
  for (let at = 0; at < numbers.length; at += pageSize) {
    const entries = await bookEntries(ctx.directoryContext, scope, numbers.slice(at, at + pageSize));
    cards.push(...entries.map(colleagueCard));
  }
  return cards;
}
