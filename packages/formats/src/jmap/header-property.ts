/** Parsed forms of a header field (RFC 8621 §4.1.2). */
export type HeaderForm = 'raw' | 'text' | 'addresses' | 'groupedAddresses' | 'messageIds' | 'date' | 'urls';

/** A property `header:{name}:as{form}:all` (RFC 8621 §4.1.3). */
export interface HeaderProperty {
  /** The property as the client wrote it. */
  readonly property: string;
  /** Field name in lower case. */
  readonly field: string;
  /** Field name as the client wrote it. */
  readonly spelling: string;
  readonly form: HeaderForm;
  readonly all: boolean;
}

const suffixes: Readonly<Record<string, HeaderForm>> = {
  asRaw: 'raw',
  asText: 'text',
  asAddresses: 'addresses',
  asGroupedAddresses: 'groupedAddresses',
  asMessageIds: 'messageIds',
  asDate: 'date',
  asURLs: 'urls',
};

const addressFields = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'resent-from',
  'resent-sender',
  'resent-reply-to',
  'resent-to',
  'resent-cc',
  'resent-bcc',
];
const messageIdFields = ['message-id', 'in-reply-to', 'references', 'resent-message-id'];
const dateFields = ['date', 'resent-date'];
const urlFields = [
  'list-help',
  'list-unsubscribe',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
];
const textFields = ['subject', 'comments', 'keywords', 'list-id'];
const otherFields = ['return-path', 'received'];

/** Fields of RFC 5322 and RFC 2369 with the forms they may be had in; any other field may be had in every form. */
const formsOf: ReadonlyMap<string, readonly HeaderForm[]> = new Map<string, readonly HeaderForm[]>([
  ...addressFields.map(name => [name, ['addresses', 'groupedAddresses']] as const),
  ...messageIdFields.map(name => [name, ['messageIds']] as const),
  ...dateFields.map(name => [name, ['date']] as const),
  ...urlFields.map(name => [name, ['urls']] as const),
  ...textFields.map(name => [name, ['text']] as const),
  ...otherFields.map(name => [name, []] as const),
]);

/** Reads a `header:` property; null when it is not well formed or the form is not for that field. */
export function parseHeaderProperty(property: string): HeaderProperty | null {
  const [start, spelling, ...rest] = property.split(':');
  if (start !== 'header' || spelling === undefined || !/^[\x21-\x39\x3b-\x7e]{1,200}$/.test(spelling))
    return null;
  let form: HeaderForm = 'raw';
  let next = rest.shift();
  if (next?.startsWith('as')) {
    const named = Object.hasOwn(suffixes, next) ? suffixes[next] : undefined;
    if (named === undefined) return null;
    form = named;
    next = rest.shift();
  }
  const all = next === 'all';
  if ((next !== undefined && !all) || rest.length > 0) return null;
  const field = spelling.toLowerCase();
  const allowed = formsOf.get(field);
  if (form !== 'raw' && allowed !== undefined && !allowed.includes(form)) return null;
  return { property, field, spelling, form, all };
}

/** The convenience properties of RFC 8621 §4.1.3 and the header properties they stand for. */
export const convenienceProperties: ReadonlyMap<string, HeaderProperty> = new Map(
  (
    [
      ['messageId', 'Message-ID', 'messageIds'],
      ['inReplyTo', 'In-Reply-To', 'messageIds'],
      ['references', 'References', 'messageIds'],
      ['sender', 'Sender', 'addresses'],
      ['from', 'From', 'addresses'],
      ['to', 'To', 'addresses'],
      ['cc', 'Cc', 'addresses'],
      ['bcc', 'Bcc', 'addresses'],
      ['replyTo', 'Reply-To', 'addresses'],
      ['subject', 'Subject', 'text'],
      ['sentAt', 'Date', 'date'],
    ] as const
  ).map(([property, spelling, form]) => [
    property,
    { property, field: spelling.toLowerCase(), spelling, form, all: false },
  ]),
);
