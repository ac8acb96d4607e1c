import { isObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { companyBookId, outsideBookId } from '../../../../personal/contacts/books.ts';
import { findColleagues } from '../../../../personal/contacts/colleagues.ts';
import type { JmapContext } from '../../context.ts';
import { mostResults } from '../../standard-query.ts';

/** The company book that a filter names; null when it names none. */
export function companyFilter(filter: unknown): { readonly book: string; readonly text: string } | null {
  if (!isObject(filter)) return null;
  const conditions = own(filter, 'operator') === 'AND' ? own(filter, 'conditions') : null;
  const parts = Array.isArray(conditions) ? (conditions as unknown[]).filter(isObject) : [filter];
  const named = parts
    .map(one => own(one, 'inAddressBook'))
    .find(id => id === companyBookId || id === outsideBookId);
  if (typeof named !== 'string') return null;
  const texts: string[] = [];
  for (const one of parts) {
    for (const [name, value] of Object.entries(one)) {
      if (name === 'inAddressBook' && value === named) continue;
      if ((name !== 'text' && name !== 'name' && name !== 'email') || typeof value !== 'string') {
        throw new MethodError('unsupportedFilter', 'the company’s books are searched by text only');
      }
      texts.push(value);
    }
  }
  if (texts.length > 1) throw new MethodError('unsupportedFilter', 'one text at a time');
  return { book: named, text: texts[0] ?? '' };
}

/** Ids of the company's cards that have the text, in their own order. */
export async function companyIds(
  ctx: JmapContext,
  scope: Scope,
  { book, text }: { readonly book: string; readonly text: string },
): Promise<string[]> {
  if (book === companyBookId) {
    const { entries } = await findColleagues(ctx.personal, scope, text, mostResults);
    return entries.map(entry => `u${entry.accountId}`);
  }
  const found = await ctx.personal.outside?.search(scope, text, mostResults);
  return (found?.cards ?? []).map(card => textOf(card, 'id'));
}
