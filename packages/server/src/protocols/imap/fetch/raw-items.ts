import type { FetchItem, PlainItem } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import { formatDateTime } from '@hongyan/formats/imap/dates.ts';
import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import { bodyFromBodyStructure } from '@hongyan/formats/message/body-structure.ts';
import { type RawColumns, type RawSlice, rawColumn } from '../../../mailbox/rows.ts';
import { systemFlagText } from '../flag-names.ts';
import { objectId, type Realm } from '../realms/realm.ts';

export type RawRow = RawSlice['rows'][number];
type KeywordNames = RawSlice['keywordNames'];

/** Writes one item of a row, label and value. */
export type RawStep = (writer: ImapWriter, row: RawRow, names: KeywordNames) => void;

const nothing = new Uint8Array(0);

function octets(row: RawRow, column: number): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : nothing;
}

function number(row: RawRow, column: number): number {
  return row[column] as number;
}

/** Flags of a raw row, without parentheses. */
export function rawFlagText(row: RawRow, names: KeywordNames): string {
  const system = systemFlagText(number(row, rawColumn.bits));
  const ids = row[rawColumn.keywords];
  if (typeof ids !== 'string' || ids === '') return system;
  const keywords = ids.split(',').map(id => names.get(Number(id)) ?? '');
  return [system, ...keywords].filter(name => name !== '').join(' ');
}

type Step = (writer: ImapWriter, row: RawRow, names: KeywordNames, realm: Realm) => void;

const steps: Readonly<Record<Exclude<PlainItem, 'PREVIEW'>, Step>> = {
  UID: (writer, row) => writer.ascii('UID ').number(number(row, rawColumn.uid)),
  FLAGS: (writer, row, names) => writer.ascii('FLAGS (').ascii(rawFlagText(row, names)).ascii(')'),
  INTERNALDATE: (writer, row) =>
    writer.ascii('INTERNALDATE ').ascii(formatDateTime(number(row, rawColumn.receivedAt))),
  'RFC822.SIZE': (writer, row) => writer.ascii('RFC822.SIZE ').number(number(row, rawColumn.size)),
  ENVELOPE: (writer, row) => writer.ascii('ENVELOPE ').bytes(octets(row, rawColumn.envelope)),
  BODY: (writer, row) =>
    writer.ascii('BODY ').bytes(bodyFromBodyStructure(octets(row, rawColumn.bodyStructure))),
  BODYSTRUCTURE: (writer, row) => writer.ascii('BODYSTRUCTURE ').bytes(octets(row, rawColumn.bodyStructure)),
  MODSEQ: (writer, row) => writer.ascii('MODSEQ (').number(number(row, rawColumn.modseq)).ascii(')'),
  EMAILID: (writer, row, _names, realm) =>
    writer.ascii(`EMAILID (${objectId(realm, 'e', number(row, rawColumn.emailId))})`),
  THREADID: (writer, row, _names, realm) =>
    writer.ascii(`THREADID (${objectId(realm, 't', number(row, rawColumn.threadId))})`),
  SAVEDATE: (writer, row) => writer.ascii('SAVEDATE ').ascii(formatDateTime(number(row, rawColumn.savedAt))),
};

/** The step of an item that a raw row holds; null for one that needs the texts or the body. */
export function rawStep(item: FetchItem, realm: Realm): RawStep | null {
  if (item.kind !== 'plain' || item.name === 'PREVIEW') return null;
  const step = steps[item.name];
  return (writer, row, names) => step(writer, row, names, realm);
}

/** Columns that the items need. */
export function rawColumnsOf(items: readonly FetchItem[]): RawColumns {
  const names = new Set(items.map(item => (item.kind === 'plain' ? item.name : null)));
  return {
    envelope: names.has('ENVELOPE'),
    bodyStructure: names.has('BODYSTRUCTURE') || names.has('BODY'),
    identity: names.has('EMAILID') || names.has('THREADID'),
  };
}
