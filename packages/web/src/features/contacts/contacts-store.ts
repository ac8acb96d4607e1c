import { setError } from '../../jmap/client.ts';
import type { MailStore } from '../../jmap/mail-store.ts';
import { Observable } from '../../jmap/observable.ts';
import type { GetResponse, QueryResponse, SetResponse } from '../../jmap/types.ts';
import type { AddressBook, Card } from './card.ts';

export const contactsCapability = 'urn:ietf:params:jmap:contacts';
/** Cards fetched at a time. */
const windowSize = 100;

/** What of the contacts is shown: a book, perhaps one group of it, and a text to look for. */
export interface ContactsView {
  readonly bookId: string;
  readonly groupUid: string | null;
  readonly text: string;
}

/** Books, groups and the part of the cards that is on screen (RFC 9610). */
export class ContactsStore extends Observable {
  readonly #store: MailStore;
  books: readonly AddressBook[] = [];
  groups: readonly Card[] = [];
  cards: readonly Card[] = [];
  total: number | null = null;
  #view: ContactsView | null = null;

  constructor(store: MailStore) {
    super();
    this.#store = store;
  }

  get offered(): boolean {
    return this.#store.client.offers(contactsCapability);
  }

  async start(): Promise<void> {
    const { client } = this.#store;
    const books = await client.one<GetResponse<AddressBook>>('AddressBook/get', { ids: null });
    this.books = books.list;
    await this.readGroups();
  }

  async readGroups(): Promise<void> {
    const [, groups] = (await this.#store.client.call([
      ['ContactCard/query', { filter: { kind: 'group' } }],
      ['ContactCard/get', { '#ids': { resultOf: '0', name: 'ContactCard/query', path: '/ids' } }],
    ])) as unknown as readonly [unknown, readonly [string, GetResponse<Card>, string]];
    this.groups = groups[1].list;
    this.changed();
  }

  /** Shows a view from its beginning. */
  async show(view: ContactsView): Promise<void> {
    this.#view = view;
    await this.#read(view, 0);
  }

  async more(): Promise<void> {
    if (this.#view) await this.#read(this.#view, this.cards.length);
  }

  async refresh(): Promise<void> {
    await this.readGroups();
    if (this.#view) await this.#read(this.#view, 0);
  }

  async #read(view: ContactsView, position: number): Promise<void> {
    const group = this.groups.find(({ uid }) => uid === view.groupUid);
    const members = Object.keys(group?.members ?? {});
    const conditions: Record<string, unknown>[] = [{ inAddressBook: view.bookId }];
    if (view.text) conditions.push({ text: view.text });
    if (group) conditions.push({ operator: 'OR', conditions: members.map(uid => ({ uid })) });
    if (group && members.length === 0) {
      this.#take(view, [], 0, 0);
      return;
    }
    const [query, get] = (await this.#store.client.call([
      [
        'ContactCard/query',
        {
          filter: { operator: 'AND', conditions },
          sort: [{ property: 'name/surname', isAscending: true }],
          position,
          limit: windowSize,
          calculateTotal: true,
        },
      ],
      ['ContactCard/get', { '#ids': { resultOf: '0', name: 'ContactCard/query', path: '/ids' } }],
    ])) as unknown as readonly [
      readonly [string, QueryResponse, string],
      readonly [string, GetResponse<Card>, string],
    ];
    const byId = new Map(get[1].list.map(card => [card.id, card]));
    const cards = query[1].ids
      .map(id => byId.get(id))
      .filter(card => card !== undefined)
      .filter(card => card.kind !== 'group');
    this.#take(view, cards, position, query[1].total ?? cards.length);
  }

  #take(view: ContactsView, cards: readonly Card[], position: number, total: number): void {
    // The answer to a question that is no longer asked.
    if (view !== this.#view) return;
    this.cards = position === 0 ? cards : [...this.cards, ...cards];
    this.total = total;
    this.changed();
  }

  /** Creates, changes or destroys cards, then reads again what is shown. Returns the id of what was created. */
  async set(args: Readonly<Record<string, unknown>>): Promise<string | null> {
    const answer = await this.#store.client.one<SetResponse>('ContactCard/set', args);
    const error = setError(answer.notCreated, answer.notUpdated, answer.notDestroyed);
    if (error) throw error;
    await this.refresh();
    return answer.created?.['new']?.id ?? null;
  }
}
