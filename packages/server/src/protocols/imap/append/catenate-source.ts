import { type MessageUrl, parseMessageUrl } from '@hongyan/formats/imap/url/message-url.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import { readMessageRange, streamMessage } from '../../../mailbox/body.ts';
import { fetchRows } from '../../../mailbox/rows.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import { isMailError } from '../../../platform/errors.ts';
import { locateSection, pickFields } from '../fetch/section.ts';
import { findMailbox } from '../find-mailbox.ts';
import type { Realm } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** The octets a URL stands for. */
export interface CatenateSource {
  readonly size: number;
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

interface Place {
  readonly realm: Realm;
  readonly id: number;
  readonly uidValidity: number;
}

/** The mailbox of a URL; null when there is none. */
async function placeOf(session: Session, { mailbox }: MessageUrl): Promise<Place | null> {
  if (mailbox === null) {
    if (session.state !== 'selected') return null;
    const { realm, id, opened } = session.selected;
    return { realm, id, uidValidity: opened.mailbox.uidValidity };
  }
  return findMailbox(session, { octets: Buffer.from(mailbox), utf8: true });
}

async function rowOf(session: Session, { realm, id }: Place, uid: number): Promise<MessageRow | null> {
  for await (const [row] of fetchRows(session.mail, realm.scope, id, [[uid, uid]], { parts: true })) {
    if (row !== undefined) return row;
  }
  return null;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function sourceOf(session: Session, url: MessageUrl): Promise<CatenateSource | null> {
  const place = await placeOf(session, url);
  if (place === null || (url.uidValidity !== null && url.uidValidity !== place.uidValidity)) return null;
  const row = await rowOf(session, place, url.uid);
  if (row === null) return null;
  const located = locateSection(decodeParts(row.parts), url.section, row.prefix.length);
  if (located === null) return null;
  const { mail } = session;
  const { scope } = place.realm;
  const { offset, length } = url.partial ?? { offset: 0, length: null };
  if (located.fields !== null) {
    const header = await readMessageRange(mail, scope, row, located.start, located.end);
    const picked = pickFields(header, located.fields.names, located.fields.without);
    const bytes = picked.subarray(offset, length === null ? picked.length : offset + length);
    return { size: bytes.length, pieces: () => once(bytes) };
  }
  const start = Math.min(located.end, located.start + offset);
  const end = Math.min(located.end, start + (length ?? Number.POSITIVE_INFINITY));
  return { size: end - start, pieces: () => streamMessage(mail, scope, row, start, end) };
}

/**
 * What a URL in CATENATE stands for: octets as FETCH BODY.PEEK would give them (RFC 4469 §3). Null when it is not the URL of a
 * message or part that this session may read.
 */
export async function catenateSource(session: Session, octets: Buffer): Promise<CatenateSource | null> {
  const url = parseMessageUrl(octets);
  if (url === null) return null;
  try {
    return await sourceOf(session, url);
  } catch (error) {
    const notThere = [
      'mailbox.not_found',
      'mailbox.name_invalid',
      'message.not_found',
      'access.denied',
    ] as const;
    if (notThere.some(code => isMailError(error, code))) return null;
    throw error;
  }
}

/** The URL as a response code may name it (RFC 4469 §5): what must not stand there is percent-encoded. */
export function urlInCode(octets: Buffer): string {
  let text = '';
  for (const octet of octets.subarray(0, 1_000)) {
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x5d && octet !== 0x5c && octet !== 0x22;
    text += plain ? String.fromCharCode(octet) : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
