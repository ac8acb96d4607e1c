import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import { joinTexts, nameText } from '../../directory/profiles/search-text.ts';
import type { ChangePoint } from '../../mailbox/emails/states.ts';
import type { AccountId } from '../../platform/ids.ts';
import { type PersonalContext, requireRead } from '../context.ts';
import { printObjectId } from '../objects/kind.ts';
import { listObjects } from '../objects/read.ts';
import { entriesOf } from './card-shape.ts';
import { cardName, emailsOf } from './card-text.ts';
import { cardKind } from './kinds.ts';

/** A contact of one's own, ready to be searched. */
export interface IndexedCard {
  readonly id: string;
  readonly number: number;
  readonly card: JsonObject;
  readonly name: string;
  readonly emails: readonly string[];
  /** Names with pinyin and initials, in lower case. */
  readonly nameText: string;
  /** Everything else that `text` finds, in lower case. */
  readonly restText: string;
  readonly sortKey: string;
}

export interface CardIndex {
  readonly point: ChangePoint;
  readonly cards: readonly IndexedCard[];
}

/** Accounts whose contacts are kept ready, per process. */
const mostKept = 200;

/** The contacts of accounts with their pinyin, made again when they change. */
export class ContactIndexes {
  readonly #ctx: PersonalContext;
  readonly #kept = new Map<AccountId, CardIndex & { readonly known: Map<number, [number, IndexedCard]> }>();

  constructor(ctx: PersonalContext) {
    this.#ctx = ctx;
  }

  async of(scope: Scope): Promise<CardIndex> {
    requireRead(scope);
    const { accountId } = scope;
    const before = this.#kept.get(accountId);
    const { point, list } = await listObjects(this.#ctx, scope, 'card');
    if (before && before.point.modseq === point.modseq && before.cards.length === list.length) {
      return before;
    }
    const known = new Map<number, [number, IndexedCard]>();
    for (const one of list) {
      const old = before?.known.get(one.id);
      known.set(one.id, old?.[0] === one.modseq ? old : [one.modseq, await indexed(one.id, one.value)]);
    }
    const index = { point, cards: [...known.values()].map(([, card]) => card), known };
    this.#kept.delete(accountId);
    this.#kept.set(accountId, index);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
    return index;
  }
}

async function indexed(number: number, value: JsonObject): Promise<IndexedCard> {
  const card = { id: printObjectId(cardKind, number), ...value };
  const name = cardName(card);
  const names = await nameText(name);
  const emails = emailsOf(card);
  const texts = (property: string, member: string): string[] =>
    entriesOf(card, property).map(one => textOf(one, member));
  const nicknames = await Promise.all(texts('nicknames', 'name').map(nameText));
  return {
    id: card.id,
    number,
    card,
    name,
    emails,
    nameText: joinTexts([names.text, ...nicknames.map(one => one.text)]),
    restText: joinTexts([
      ...emails,
      ...texts('organizations', 'name'),
      ...texts('titles', 'name'),
      ...texts('phones', 'number'),
      ...texts('notes', 'note'),
      ...texts('addresses', 'full'),
      ...texts('onlineServices', 'user'),
      ...texts('onlineServices', 'uri'),
    ]),
    sortKey: names.sortKey,
  };
}
