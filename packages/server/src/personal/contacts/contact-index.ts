import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import { joinTexts, nameText } from '../../directory/profiles/search-text.ts';
import type { ChangePoint } from '../../mailbox/emails/states.ts';
import type { AccountId } from '../../platform/ids.ts';
import { type PersonalRow, personalRows } from '../../store/accounts/personal/object-rows.ts';
import { type PersonalContext, requireRead } from '../context.ts';
import { printObjectId } from '../objects/kind.ts';
import { personalPoint } from '../objects/read.ts';
import { compareTexts } from '../objects/text-order.ts';
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
  /** `emails` in lower case. */
  readonly emailTexts: readonly string[];
  /** Names with pinyin and initials, in lower case. */
  readonly nameText: string;
  /** Everything else that `text` finds, in lower case. */
  readonly restText: string;
  readonly sortKey: string;
}

export interface CardIndex {
  readonly point: ChangePoint;
  readonly cards: readonly IndexedCard[];
  /** `cards` by name, sorted when it is first asked for. */
  readonly byName: () => readonly IndexedCard[];
}

interface Kept extends CardIndex {
  /** Each card with the modseq at which it was read. */
  readonly known: ReadonlyMap<number, readonly [modseq: number, card: IndexedCard]>;
}

/** Accounts whose contacts are kept ready, per process. */
const mostKept = 200;

/** The contacts of accounts with their pinyin. When they change only what changed is worked out again. */
export class ContactIndexes {
  readonly #ctx: PersonalContext;
  readonly #kept = new Map<AccountId, Kept>();
  /** How names of people written to are found. */
  readonly recentNames: NameTexts = new NameTexts();

  constructor(ctx: PersonalContext) {
    this.#ctx = ctx;
  }

  async of(scope: Scope): Promise<CardIndex> {
    requireRead(scope);
    const { accountId } = scope;
    const before = this.#kept.get(accountId);
    const now = await this.#ctx.mailboxes.accounts.read(scope, async reader => {
      const point = await personalPoint(reader, 'card');
      const same = before?.point.modseq === point.modseq && before.point.next === point.next;
      return { point, rows: same ? null : await personalRows(reader, 'card') };
    });
    const index = before && now.rows === null ? before : await renewed(before, now.point, now.rows ?? []);
    this.#kept.delete(accountId);
    this.#kept.set(accountId, index);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
    return index;
  }
}

/** Cards made ready between two turns of the event loop. */
const sliceSize = 500;

async function renewed(
  before: Kept | undefined,
  point: ChangePoint,
  rows: readonly PersonalRow[],
): Promise<Kept> {
  const known = new Map<number, readonly [number, IndexedCard]>();
  let made = 0;
  for (const { id, modseq, value } of rows) {
    const old = before?.known.get(id);
    if (old?.[0] === modseq) {
      known.set(id, old);
      continue;
    }
    known.set(id, [modseq, await indexed(id, JSON.parse(value) as JsonObject)]);
    made += 1;
    if (made % sliceSize === 0) await new Promise(resolve => setImmediate(resolve));
  }
  const cards = [...known.values()].map(([, card]) => card);
  let sorted: readonly IndexedCard[] | null = null;
  const byName = (): readonly IndexedCard[] => {
    sorted ??= cards.toSorted((a, b) => compareTexts(a.sortKey, b.sortKey));
    return sorted;
  };
  return { point, cards, byName, known };
}

/** Names whose texts are remembered, per process. */
const mostNames = 20_000;

/** Remembers how names are found: pinyin is worked out once. */
export class NameTexts {
  readonly #texts = new Map<string, string>();

  async of(name: string): Promise<string> {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const { text } = await nameText(name);
    if (this.#texts.size >= mostNames) this.#texts.clear();
    this.#texts.set(name, text);
    return text;
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
    emailTexts: emails.map(email => email.toLowerCase()),
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
