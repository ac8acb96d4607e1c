import { Buffer } from 'node:buffer';
import { printDate } from '@hongyan/formats/jmap/date.ts';
import type { HeaderForm, HeaderProperty } from '@hongyan/formats/jmap/header-property.ts';
import type { Json, JsonObject } from '@hongyan/formats/jmap/json.ts';
import { formatAddrSpec, type Mailbox, parseAddresses } from '@hongyan/formats/message/address.ts';
import { parseDate } from '@hongyan/formats/message/date.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import type { HeaderBlock, HeaderField } from '@hongyan/formats/message/headers.ts';
import { parseMessageIds } from '@hongyan/formats/message/message-id.ts';

interface Found {
  readonly block: HeaderBlock;
  readonly field: HeaderField;
}

/** Value of a header property from the header blocks of a message or part, in order (RFC 8621 §4.1.3). */
export function headerValue(blocks: readonly HeaderBlock[], property: HeaderProperty): Json {
  const found: Found[] = [];
  for (const block of blocks) {
    for (const field of block.fields) if (field.key === property.field) found.push({ block, field });
  }
  if (property.all) return found.map(item => formOf(item, property.form));
  const last = found.at(-1);
  return last ? formOf(last, property.form) : null;
}

/** All fields as EmailHeader objects (RFC 8621 §4.1.3 `headers`). */
export function headerList(blocks: readonly HeaderBlock[]): JsonObject[] {
  return blocks.flatMap(block =>
    block.fields.map(field => ({ name: field.name, value: rawValue({ block, field }) })),
  );
}

/** The Raw form: invalid UTF-8 replaced, NULs dropped, without the line end. */
function rawValue({ block, field }: Found): string {
  return Buffer.from(block.raw(field))
    .toString('utf8')
    .replaceAll('\0', '')
    .replace(/\r?\n$/, '');
}

function formOf(found: Found, form: HeaderForm): Json {
  if (form === 'raw') return rawValue(found);
  const text = found.block.text(found.field);
  switch (form) {
    case 'text':
      return decodeWords(text).replace(/^ +/, '').normalize('NFC');
    case 'addresses':
      return printAddresses(text);
    case 'groupedAddresses':
      return printGroups(text);
    case 'messageIds':
      return orNull(parseMessageIds(text));
    case 'date': {
      const date = parseDate(text);
      return date === null ? null : printDate(date.ms, date.offset);
    }
    default:
      return orNull(parseUrls(text));
  }
}

function orNull(list: readonly string[]): Json {
  return list.length === 0 ? null : list;
}

function person(mailbox: Mailbox): JsonObject {
  const name = mailbox.name?.trim().normalize('NFC') ?? '';
  return { name: name === '' ? null : name, email: formatAddrSpec(mailbox.local, mailbox.domain) };
}

function printAddresses(text: string): JsonObject[] {
  return parseAddresses(text).flatMap(address =>
    address.kind === 'group' ? address.members.map(person) : [person(address)],
  );
}

/** Mailboxes outside groups are gathered under a group without name (RFC 8621 §4.1.2.4). */
function printGroups(text: string): JsonObject[] {
  const groups: { name: string | null; addresses: JsonObject[] }[] = [];
  for (const address of parseAddresses(text)) {
    if (address.kind === 'group') {
      groups.push({ name: address.name.trim().normalize('NFC'), addresses: address.members.map(person) });
      continue;
    }
    const last = groups.at(-1);
    if (last && last.name === null) last.addresses.push(person(address));
    else groups.push({ name: null, addresses: [person(address)] });
  }
  return groups;
}

/** URLs in angle brackets (RFC 2369 §2). */
function parseUrls(text: string): string[] {
  const urls: string[] = [];
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
    const close = text.indexOf('>', open);
    if (close < 0) break;
    const url = text.slice(open + 1, close).replaceAll(/\s/g, '');
    if (url !== '') urls.push(url);
    open = close;
  }
  return urls;
}
