import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import {
  convenienceProperties,
  type HeaderProperty,
  parseHeaderProperty,
} from '@hongyan/formats/jmap/header-property.ts';
import { invalidArgument } from '@hongyan/formats/jmap/method-error.ts';

/** Properties of the Email object that are no header (RFC 8621 §4.1). */
const metadata = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'];
const bodies = [
  'bodyStructure',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
  'hasAttachment',
  'preview',
];
const partProperties = new Set([
  'partId',
  'blobId',
  'size',
  'headers',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'subParts',
]);
const plain = new Set([...metadata, ...bodies, ...convenienceProperties.keys(), 'headers']);

const convenienceInDefault = [...convenienceProperties.keys()];
const bodyInDefault = ['hasAttachment', 'preview', 'bodyValues', 'textBody', 'htmlBody', 'attachments'];

/** What Email/get returns when nothing is asked for (RFC 8621 §4.2); Email/parse likewise (§4.9). */
export const getDefaults: readonly string[] = [...metadata, ...convenienceInDefault, ...bodyInDefault];
export const parseDefaults: readonly string[] = [...convenienceInDefault, ...bodyInDefault];

const partDefaults = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
];

/** Convenience properties that the stored ENVELOPE and row give without opening the message. */
const fromEnvelope = new Set([
  'messageId',
  'inReplyTo',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
]);

/** What to put into an Email object. */
export interface EmailPlan {
  readonly properties: ReadonlySet<string>;
  /** Header properties asked for, convenience ones left out. */
  readonly headers: readonly HeaderProperty[];
  readonly part: PartPlan;
  readonly fetchText: boolean;
  readonly fetchHtml: boolean;
  readonly fetchAll: boolean;
  /** 0: no truncation. */
  readonly maxBodyValueBytes: number;
  /** Whether the message's header has to be read. */
  readonly needsHeader: boolean;
}

/** What to put into an EmailBodyPart. */
export interface PartPlan {
  readonly properties: ReadonlySet<string>;
  readonly headers: readonly HeaderProperty[];
}

/** Whether `name` is a property of the Email object. */
export function isEmailProperty(name: string): boolean {
  return plain.has(name) || parseHeaderProperty(name) !== null;
}

/** Reads the arguments beside `ids` and `properties` that Email/get and Email/parse share (RFC 8621 §4.2). */
export function readPlan(args: Arguments, properties: readonly string[]): EmailPlan {
  const headers = properties.filter(name => name.startsWith('header:')).map(parse);
  const wanted = new Set(properties.filter(name => !name.startsWith('header:')));
  const partNames = args.strings('bodyProperties') ?? partDefaults;
  const strange = partNames.find(name => !partProperties.has(name) && parseHeaderProperty(name) === null);
  if (strange !== undefined) throw invalidArgument('bodyProperties', `unknown: ${strange.slice(0, 100)}`);
  return {
    properties: wanted,
    headers,
    part: {
      properties: new Set(partNames.filter(name => !name.startsWith('header:'))),
      headers: partNames.filter(name => name.startsWith('header:')).map(parse),
    },
    fetchText: args.boolean('fetchTextBodyValues'),
    fetchHtml: args.boolean('fetchHTMLBodyValues'),
    fetchAll: args.boolean('fetchAllBodyValues'),
    maxBodyValueBytes: args.unsigned('maxBodyValueBytes') ?? 0,
    needsHeader: headers.length > 0 || wanted.has('headers') || wanted.has('references'),
  };
}

function parse(name: string): HeaderProperty {
  const property = parseHeaderProperty(name);
  if (!property) throw invalidArgument('properties', `unknown: ${name.slice(0, 100)}`);
  return property;
}

/** The convenience properties of a plan; `stored` are those that need no header. */
export function convenience(plan: EmailPlan): { stored: string[]; header: HeaderProperty[] } {
  const wanted = [...plan.properties].filter(name => convenienceProperties.has(name));
  const stored = plan.needsHeader ? [] : wanted.filter(name => fromEnvelope.has(name) || name === 'sentAt');
  const header = wanted
    .filter(name => !stored.includes(name))
    .map(name => convenienceProperties.get(name))
    .filter(property => property !== undefined);
  return { stored, header };
}
