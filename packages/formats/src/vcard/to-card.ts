import { type JsonObject, objectOf } from '../jmap/json.ts';
import type { Vcard, VcardProperty } from './read.ts';
import { decodedValue, splitValue, typesOf, unescapeText } from './value.ts';

/** Longest URI that is taken over: pictures of contacts are small. */
const maxUri = 48 * 1024;

type Entry = readonly [id: string, value: JsonObject];

/** Contexts and preference of a property (RFC 9555 §2.2). */
function common(property: VcardProperty): JsonObject {
  const types = typesOf(property);
  const contexts = [
    ...(types.has('work') ? [['work', true] as const] : []),
    ...(types.has('home') ? [['private', true] as const] : []),
  ];
  const given = Number(property.parameters.get('PREF')?.[0]);
  const pref = Number.isInteger(given) && given >= 1 && given <= 100 ? given : types.has('pref') ? 1 : null;
  return {
    ...(contexts.length > 0 ? { contexts: objectOf(contexts) } : {}),
    ...(pref === null ? {} : { pref }),
  };
}

function text(property: VcardProperty): string {
  return unescapeText(decodedValue(property)).trim();
}

/** The properties of a name as the objects of an `Id[T]`. */
function entries(
  card: Vcard,
  name: string,
  letter: string,
  make: (property: VcardProperty, value: string) => JsonObject | null,
): Entry[] {
  return card
    .filter(property => property.name === name)
    .flatMap((property, index): Entry[] => {
      const value = text(property);
      const object = value === '' ? null : make(property, value);
      return object === null ? [] : [[`${letter}${index + 1}`, { ...object, ...common(property) }]];
    });
}

const nameKinds = ['surname', 'given', 'given2', 'title', 'credential'] as const;

function nameOf(card: Vcard): JsonObject | null {
  const property = card.find(one => one.name === 'N');
  const full = card.find(one => one.name === 'FN');
  const parts = property ? splitValue(decodedValue(property), ';') : [];
  const components = nameKinds.flatMap((kind, index) => {
    const value = (parts[index] ?? '').trim();
    return value === '' ? [] : [{ kind, value }];
  });
  const shown = full ? text(full) : '';
  if (components.length === 0 && shown === '') return null;
  return {
    ...(shown === '' ? {} : { full: shown.slice(0, 1_000) }),
    ...(components.length === 0 ? {} : { components }),
  };
}

const phoneFeatures: Readonly<Record<string, string>> = {
  cell: 'mobile',
  voice: 'voice',
  fax: 'fax',
  pager: 'pager',
  text: 'text',
  video: 'video',
  textphone: 'textphone',
};

function phone(property: VcardProperty, value: string): JsonObject {
  const features = [...typesOf(property)].flatMap(type => {
    const feature = phoneFeatures[type];
    return feature === undefined ? [] : [[feature, true] as const];
  });
  return {
    number: value.replace(/^tel:/i, ''),
    ...(features.length > 0 ? { features: objectOf(features) } : {}),
  };
}

const addressKinds = [
  'postOfficeBox',
  'apartment',
  'name',
  'locality',
  'region',
  'postcode',
  'country',
] as const;

function postalAddress(property: VcardProperty): JsonObject | null {
  const parts = splitValue(decodedValue(property), ';');
  const components = addressKinds.flatMap((kind, index) => {
    const value = (parts[index] ?? '').trim();
    return value === '' ? [] : [{ kind, value }];
  });
  const label = property.parameters.get('LABEL')?.[0];
  if (components.length === 0 && !label) return null;
  return { components, full: label ?? components.map(one => one.value).join(', ') };
}

function organisation(property: VcardProperty): JsonObject | null {
  const [name = '', ...units] = splitValue(decodedValue(property), ';').map(part => part.trim());
  const named = units.filter(unit => unit !== '').map(unit => ({ name: unit }));
  if (name === '' && named.length === 0) return null;
  return { ...(name === '' ? {} : { name }), ...(named.length === 0 ? {} : { units: named }) };
}

function birthday(property: VcardProperty, value: string): JsonObject | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(value) ?? /^(?:--)()(\d{2})-?(\d{2})/.exec(value);
  if (!match) return null;
  const [, year, month, day] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  const date = { ...(year ? { year: Number(year) } : {}), month: Number(month), day: Number(day) };
  return { kind: property.name === 'BDAY' ? 'birth' : 'wedding', date };
}

/** A picture: a URI, or base64 as old cards have it. */
function picture(property: VcardProperty): JsonObject | null {
  const value = property.value.trim();
  const encoding = property.parameters.get('ENCODING')?.[0]?.toLowerCase();
  const kind = property.name === 'LOGO' ? 'logo' : 'photo';
  let uri = value;
  if (encoding === 'b' || encoding === 'base64') {
    const type = [...typesOf(property)].find(one => /^[a-z]{2,10}$/.test(one)) ?? 'jpeg';
    uri = `data:image/${type};base64,${value.replaceAll(/\s/g, '')}`;
  }
  return /^(?:data:image\/|https:)/i.test(uri) && uri.length <= maxUri ? { kind, uri } : null;
}

function sets(card: Vcard, name: string): [string, true][] {
  return card
    .filter(property => property.name === name)
    .flatMap(property => splitValue(decodedValue(property), ','))
    .map(value => value.trim())
    .filter(value => value !== '' && value.length <= 500)
    .map(value => [value, true]);
}

function first(card: Vcard, ...names: readonly string[]): VcardProperty | undefined {
  return card.find(property => names.includes(property.name));
}

/** Members of a group: MEMBER, and what Apple writes. */
function members(card: Vcard): [string, true][] {
  return card
    .filter(property => property.name === 'MEMBER' || property.name === 'X-ADDRESSBOOKSERVER-MEMBER')
    .map(property => [text(property).replace(/^urn:uuid:(?=urn:)/, ''), true] as [string, true])
    .filter(([uid]) => uid !== '' && uid.length <= 500);
}

/**
 * A vCard as a JSContact Card (RFC 9555), without address books. What has no place there is left out. Null for a card with
 * nothing that a person could be known by.
 */
export function cardOfVcard(card: Vcard): JsonObject | null {
  const name = nameOf(card);
  const maps: readonly (readonly [string, Entry[]])[] = [
    [
      'emails',
      entries(card, 'EMAIL', 'e', (_one, value) => ({
        address: value.replace(/^mailto:/i, '').slice(0, 320),
      })),
    ],
    ['phones', entries(card, 'TEL', 'p', phone)],
    ['organizations', entries(card, 'ORG', 'o', organisation)],
    ['nicknames', entries(card, 'NICKNAME', 'n', (_one, value) => ({ name: value }))],
    [
      'titles',
      [
        ...entries(card, 'TITLE', 't', (_one, value) => ({ name: value, kind: 'title' })),
        ...entries(card, 'ROLE', 'r', (_one, value) => ({ name: value, kind: 'role' })),
      ],
    ],
    ['addresses', entries(card, 'ADR', 'a', postalAddress)],
    ['notes', entries(card, 'NOTE', 'x', (_one, value) => ({ note: value.slice(0, 8_000) }))],
    ['links', entries(card, 'URL', 'l', (_one, value) => ({ uri: value.slice(0, maxUri) }))],
    ['onlineServices', entries(card, 'IMPP', 'i', (_one, value) => ({ uri: value.slice(0, maxUri) }))],
    [
      'anniversaries',
      [...entries(card, 'BDAY', 'b', birthday), ...entries(card, 'ANNIVERSARY', 'w', birthday)],
    ],
    ['media', [...entries(card, 'PHOTO', 'm', picture), ...entries(card, 'LOGO', 'g', picture)]],
  ];
  const filled = maps
    .filter(([, list]) => list.length > 0)
    .map(([key, list]) => [key, objectOf(list)] as const);
  if (name === null && filled.length === 0) return null;
  const kind = first(card, 'KIND', 'X-ADDRESSBOOKSERVER-KIND');
  const isGroup = kind !== undefined && text(kind).toLowerCase() === 'group';
  const uid = first(card, 'UID');
  const categories = sets(card, 'CATEGORIES');
  return {
    '@type': 'Card',
    version: '1.0',
    kind: isGroup ? 'group' : kind !== undefined && text(kind).toLowerCase() === 'org' ? 'org' : 'individual',
    ...(uid === undefined || text(uid) === '' ? {} : { uid: text(uid).slice(0, 500) }),
    ...(name === null ? {} : { name }),
    ...objectOf(filled),
    ...(isGroup ? { members: objectOf(members(card)) } : {}),
    ...(categories.length > 0 ? { keywords: objectOf(categories) } : {}),
  };
}
