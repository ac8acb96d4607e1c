import { isArray, isObject, type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { entriesOf, memberOf } from './card-shape.ts';

/** Han, Hangul and kana names are written surname first, without blanks. */
const withoutBlanks = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The components of a card's name of one kind, joined. */
export function namePart(card: JsonObject, kind: string): string {
  const components = own(memberOf(card, 'name'), 'components');
  if (!isArray(components)) return '';
  return components
    .filter(isObject)
    .filter(one => textOf(one, 'kind') === kind)
    .map(one => textOf(one, 'value'))
    .join(' ');
}

/** What a card is called: its full name, else its components, its organisation or its first address. */
export function cardName(card: JsonObject): string {
  const full = textOf(memberOf(card, 'name'), 'full');
  if (full !== '') return full;
  const surname = namePart(card, 'surname');
  const given = namePart(card, 'given');
  const parts = [given, namePart(card, 'given2'), surname, namePart(card, 'surname2')].filter(
    one => one !== '',
  );
  const joined = withoutBlanks.test(surname + given) ? surname + given : parts.join(' ');
  return joined || textOf(entriesOf(card, 'organizations')[0] ?? {}, 'name') || (emailsOf(card)[0] ?? '');
}

/** A card's addresses, the preferred first. */
export function emailsOf(card: JsonObject): string[] {
  const pref = (one: JsonObject): number => Number(own(one, 'pref') ?? 101);
  return entriesOf(card, 'emails')
    .toSorted((a, b) => pref(a) - pref(b))
    .map(one => textOf(one, 'address'))
    .filter(address => address !== '');
}
