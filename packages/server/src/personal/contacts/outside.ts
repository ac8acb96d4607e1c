import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import type { DirectoryContext } from '../../directory/context.ts';
import { getOutsideContact, listOutsideContacts } from '../../directory/outside-contacts/contacts.ts';
import { listOutsideGroups } from '../../directory/outside-contacts/groups.ts';
import type { OutsideContact, OutsideContactGroup } from '../../directory/outside-contacts/types.ts';
import { MailError } from '../../platform/errors.ts';
import type { OutsideBook } from '../context.ts';
import { outsideBookId } from './books.ts';

/** Contacts that one page of the directory brings. */
const pageSize = 200;
const contactId = /^o([1-9][0-9]{0,14})$/;
const groupId = /^og([1-9][0-9]{0,14})$/;

function cardOf(contact: OutsideContact): JsonObject {
  const { id, name, address, organisation, jobTitle, mobile, phone, note } = contact;
  const phones: JsonObject = {
    ...(mobile ? { mobile: { number: mobile, features: { mobile: true } } } : {}),
    ...(phone ? { work: { number: phone, contexts: { work: true } } } : {}),
  };
  return {
    id: `o${id}`,
    '@type': 'Card',
    version: '1.0',
    kind: 'individual',
    uid: `urn:hongyan:outside:${id}`,
    addressBookIds: { [outsideBookId]: true },
    name: { full: name || address },
    emails: { work: { address, contexts: { work: true }, pref: 1 } },
    ...(organisation ? { organizations: { organisation: { name: organisation } } } : {}),
    ...(jobTitle ? { titles: { title: { name: jobTitle, kind: 'title' } } } : {}),
    ...(Object.keys(phones).length > 0 ? { phones } : {}),
    ...(note ? { notes: { note: { note } } } : {}),
  };
}

function groupCard(group: OutsideContactGroup, members: readonly OutsideContact[]): JsonObject {
  return {
    id: `og${group.id}`,
    '@type': 'Card',
    version: '1.0',
    kind: 'group',
    uid: `urn:hongyan:outside-group:${group.id}`,
    addressBookIds: { [outsideBookId]: true },
    name: { full: group.name },
    members: Object.fromEntries(members.map(({ id }) => [`urn:hongyan:outside:${id}`, true])),
  };
}

async function contacts(
  ctx: DirectoryContext,
  scope: Scope,
  query: { readonly search?: string; readonly groupId?: number },
  limit: number,
): Promise<OutsideContact[]> {
  const found: OutsideContact[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listOutsideContacts>> = await listOutsideContacts(ctx, scope, {
      ...query,
      limit: Math.min(pageSize, Math.max(1, limit - found.length)),
      ...(cursor !== null && { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < limit);
  return found;
}

async function groupsById(
  ctx: DirectoryContext,
  scope: Scope,
  ids: readonly number[],
  limit: number,
): Promise<JsonObject[]> {
  if (ids.length === 0) return [];
  const { groups } = await listOutsideGroups(ctx, scope);
  const cards: JsonObject[] = [];
  for (const group of groups.filter(({ id }) => ids.includes(id))) {
    cards.push(groupCard(group, await contacts(ctx, scope, { groupId: group.id }, limit)));
  }
  return cards;
}

/** The company's outside contacts as cards (CON-04): contacts by name, without a text also the groups after them. */
export function outsideBook(ctx: DirectoryContext): OutsideBook {
  return {
    async search(scope, text, limit) {
      const search = text.trim().slice(0, 100);
      const found = await contacts(ctx, scope, search ? { search } : {}, limit);
      const { groups } = search ? { groups: [] } : await listOutsideGroups(ctx, scope);
      const ids = groups.map(({ id }) => id);
      const cards = [...found.map(cardOf), ...(await groupsById(ctx, scope, ids, limit))];
      return { cards: cards.slice(0, limit), total: cards.length };
    },
    async get(scope, ids) {
      const cards: JsonObject[] = [];
      for (const id of ids) {
        const number = Number(contactId.exec(id)?.[1] ?? 0);
        if (number === 0) continue;
        try {
          cards.push(cardOf(await getOutsideContact(ctx, scope, number)));
        } catch (error) {
          if (!(error instanceof MailError && error.code === 'contact.not_found')) throw error;
        }
      }
      const wanted = ids.map(id => Number(groupId.exec(id)?.[1] ?? 0)).filter(id => id > 0);
      return [...cards, ...(await groupsById(ctx, scope, wanted, pageSize))];
    },
  };
}
