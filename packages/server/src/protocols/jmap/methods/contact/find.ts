import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { parseDate } from '@hongyan/formats/jmap/date.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { own, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { searchedText } from '../../../../directory/profiles/search-text.ts';
import { entriesOf, memberOf } from '../../../../personal/contacts/card-shape.ts';
import { namePart } from '../../../../personal/contacts/card-text.ts';
import type { IndexedCard } from '../../../../personal/contacts/contact-index.ts';

type Test = (one: IndexedCard) => boolean;

/** Longest text that is looked for. */
const maxText = 500;

function anyText(property: string, members: readonly string[], text: string): Test {
  return ({ card }) =>
    entriesOf(card, property).some(entry =>
      members.some(member => textOf(entry, member).toLowerCase().includes(text)),
    );
}

const textTests: Readonly<Record<string, (text: string) => Test>> = {
  text: text => one => one.nameText.includes(text) || one.restText.includes(text),
  name: text => one => one.nameText.includes(text),
  'name/given': text => one => namePart(one.card, 'given').toLowerCase().includes(text),
  'name/surname': text => one => namePart(one.card, 'surname').toLowerCase().includes(text),
  'name/surname2': text => one => namePart(one.card, 'surname2').toLowerCase().includes(text),
  nickname: text => anyText('nicknames', ['name'], text),
  organization: text => anyText('organizations', ['name'], text),
  email: text => anyText('emails', ['address', 'label'], text),
  phone: text => anyText('phones', ['number', 'label'], text),
  onlineService: text => anyText('onlineServices', ['uri', 'user', 'service'], text),
  address: text => one =>
    anyText('addresses', ['full'], text)(one) ||
    JSON.stringify(memberOf(one.card, 'addresses')).toLowerCase().includes(text),
  note: text => anyText('notes', ['note'], text),
};

const dateTests: Readonly<Record<string, readonly [property: string, before: boolean]>> = {
  createdBefore: ['created', true],
  createdAfter: ['created', false],
  updatedBefore: ['updated', true],
  updatedAfter: ['updated', false],
};

/** One FilterCondition of ContactCard/query (RFC 9610 §3.3.1). Throws `unsupportedFilter`. */
export function readCardCondition(condition: JsonObject): Test {
  const args = new Arguments(condition);
  const tests: Test[] = [];
  const book = args.string('inAddressBook');
  if (book !== null) tests.push(one => own(memberOf(one.card, 'addressBookIds'), book) === true);
  const uid = args.string('uid');
  if (uid !== null) tests.push(one => textOf(one.card, 'uid') === uid);
  const member = args.string('hasMember');
  if (member !== null) tests.push(one => own(memberOf(one.card, 'members'), member) === true);
  const kind = args.string('kind');
  if (kind !== null) tests.push(one => textOf(one.card, 'kind') === kind);
  for (const [name, [property, before]] of Object.entries(dateTests)) {
    const date = args.utcDate(name);
    if (date === null) continue;
    tests.push(({ card }) => {
      const at = parseDate(textOf(card, property), true);
      return at !== null && (before ? at < date : at >= date);
    });
  }
  for (const [name, make] of Object.entries(textTests)) {
    const text = args.string(name);
    if (text === null) continue;
    if (text.length > maxText) throw new MethodError('unsupportedFilter', `${name} is too long`);
    tests.push(make(searchedText(text, maxText)));
  }
  args.end();
  return one => tests.every(test => test(one));
}

/** Properties to sort by (RFC 9610 §3.3.2). */
export const cardSort: ReadonlySet<string> = new Set([
  'created',
  'updated',
  'name',
  'name/given',
  'name/surname',
  'name/surname2',
]);

/** What a card is sorted by. */
export function cardSortValue(one: IndexedCard, property: string): string {
  if (property === 'name') return one.sortKey;
  if (property === 'created' || property === 'updated') return textOf(one.card, property);
  const part = namePart(one.card, property.slice('name/'.length));
  return part || (property === 'name/given' || property === 'name/surname' ? one.sortKey : '');
}
