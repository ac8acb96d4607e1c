import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { bool, type Check, int, line, oneOf, record, text } from '../objects/shape.ts';

/** Characters of a text in a card. */
const maxText = 8_192;
/** Members of one map, a group's `members` apart. */
const maxEntries = 200;

const key: (name: string) => boolean = name => /^[A-Za-z0-9_-]{1,255}$/.test(name);

/** RFC 9553 §1.4.1: `Id[T]`. */
function idMap(check: Check, max: number = maxEntries): Check {
  return value =>
    isObject(value) &&
    Object.keys(value).length <= max &&
    Object.entries(value).every(([name, member]) => key(name) && check(member));
}

/** RFC 9553 §1.4: `String[Boolean]`, all true. */
function stringSet(max: number): Check {
  return value =>
    isObject(value) &&
    Object.keys(value).length <= max &&
    Object.entries(value).every(([name, member]) => name !== '' && name.length <= 500 && member === true);
}

/** An object whose known members have these types; others are let through (RFC 9553 §1.7). */
function loose(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return value =>
    isObject(value) &&
    required.every(name => Object.hasOwn(value, name)) &&
    Object.entries(members).every(([name, check]) => {
      const member = own(value, name);
      return member === undefined || check(member);
    });
}

const contexts = stringSet(20);
const pref = int(1, 100);
const common = { contexts, pref, label: line(200), '@type': line(50) };

const component = loose({ kind: line(50, 1), value: text(1_000) }, ['kind', 'value']);
const components: Check = value => isArray(value) && value.length <= 50 && value.every(component);

const nameCheck: Check = value => {
  const shape = loose({ components, full: line(1_000), sortAs: idMap(line(1_000)), isOrdered: bool });
  return (
    shape(value) && isObject(value) && (Object.hasOwn(value, 'components') || Object.hasOwn(value, 'full'))
  );
};

const uri = text(64 * 1024, 1);

/** Media are kept in the card: as `uri`, mostly `data:`; not as blobs. */
const media: Check = value =>
  loose({ ...common, kind: line(50), uri, mediaType: line(200) }, ['uri'])(value) &&
  isObject(value) &&
  !Object.hasOwn(value, 'blobId');

const date = loose({
  year: int(0, 9999),
  month: int(1, 12),
  day: int(1, 31),
  utc: line(40),
  calendarScale: line(50),
});

/** The properties of RFC 9553 §2 that are checked. */
export const cardShape: Readonly<Record<string, Check>> = {
  '@type': oneOf('Card'),
  version: oneOf('1.0'),
  uid: line(500, 1),
  created: line(40, 1),
  updated: line(40, 1),
  kind: oneOf('individual', 'group', 'org', 'location', 'device', 'application'),
  language: line(50),
  prodId: line(500),
  members: stringSet(2_000),
  name: nameCheck,
  nicknames: idMap(loose({ ...common, name: line(1_000, 1) }, ['name'])),
  organizations: idMap(
    loose({
      ...common,
      name: line(1_000),
      units: value =>
        isArray(value) && value.length <= 20 && value.every(loose({ name: line(1_000, 1) }, ['name'])),
    }),
  ),
  titles: idMap(loose({ ...common, name: line(1_000, 1), kind: line(50) }, ['name'])),
  emails: idMap(loose({ ...common, address: line(320, 1) }, ['address'])),
  phones: idMap(loose({ ...common, number: line(200, 1), features: stringSet(20) }, ['number'])),
  onlineServices: idMap(loose({ ...common, uri, user: line(500), service: line(200) })),
  links: idMap(loose({ ...common, uri }, ['uri'])),
  media: idMap(media, 20),
  addresses: idMap(loose({ ...common, components, full: text(2_000), countryCode: line(10) })),
  anniversaries: idMap(loose({ ...common, kind: line(50), date }, ['date'])),
  notes: idMap(loose({ note: text(maxText) }, ['note'])),
  keywords: stringSet(maxEntries),
  relatedTo: (value: Json) => isObject(value) && Object.keys(value).length <= maxEntries,
  preferredLanguages: idMap(
    record({ '@type': line(50), language: line(50), contexts, pref }, ['@type', 'contexts', 'pref']),
  ),
  addressBookIds: stringSet(100),
};

/** Properties beyond: kept as they come (RFC 9553 §1.7), if their name is one. */
export function isOtherProperty(name: string): boolean {
  return name.length <= 255 && name !== 'id' && name !== 'blobId' && /^[A-Za-z0-9@:._-]+$/.test(name);
}

/** A member of a card that is an object, or nothing. */
export function memberOf(card: JsonObject, name: string): JsonObject {
  const value = own(card, name);
  return isObject(value) ? value : {};
}

/** The objects of an `Id[T]` of a card. */
export function entriesOf(card: JsonObject, name: string): JsonObject[] {
  return Object.values(memberOf(card, name)).filter(isObject);
}
