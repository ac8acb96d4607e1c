import assert from 'node:assert/strict';
import type { FuzzTarget } from '../fuzz.ts';
import { parseCatenateRun } from './arguments/catenate.ts';
import { parseFetchItems } from './arguments/fetch-items.ts';
import { parseListArguments } from './arguments/list-arguments.ts';
import { parseMetadataChange, parseMetadataQuestion } from './arguments/metadata.ts';
import { parseSearch } from './arguments/search-keys.ts';
import { parseStatusItems } from './arguments/status-items.ts';
import { parseDateTime } from './dates.ts';
import { parseStoreFlags } from './flags.ts';
import { literalHeader } from './literal-header.ts';
import { compileListPattern } from './names/list-pattern.ts';
import { decodeMailboxName } from './names/mailbox-name.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './names/modified-utf7.ts';
import { parseResponse } from './output/response.ts';
import { ImapWriter } from './output/writer.ts';
import { Scanner } from './scanner.ts';
import { parseSequenceSet } from './sequence-set.ts';
import { BadCharsetError, ImapSyntaxError } from './syntax-error.ts';
import { parseMessageUrl } from './url/message-url.ts';

const readers: readonly ((scanner: Scanner) => unknown)[] = [
  parseSearch,
  parseFetchItems,
  parseListArguments,
  parseSequenceSet,
  parseStoreFlags,
  parseStatusItems,
  parseDateTime,
  parseMetadataQuestion,
  parseMetadataChange,
  scanner => parseCatenateRun(scanner, { begins: true, urlLiterals: true, seen: 0 }),
  scanner => scanner.astring(),
];

function documented(error: unknown): boolean {
  return error instanceof ImapSyntaxError || error instanceof BadCharsetError;
}

/** Feeds `bytes` to every parser of this folder. Throws if one fails other than with its documented error. */
export function fuzz(bytes: Uint8Array): void {
  const input = Buffer.from(bytes);
  for (const read of readers) {
    try {
      read(new Scanner(input));
    } catch (error) {
      if (!documented(error)) throw error;
    }
  }
  try {
    parseResponse(input);
  } catch (error) {
    if (!documented(error)) throw error;
  }
  literalHeader(input);
  const url = parseMessageUrl(input);
  assert.ok(url === null || (url.uid > 0 && url.mailbox !== ''), 'a URL names a message');
  decodeMailboxName(input, true);
  const name = decodeModifiedUtf7(input);
  assert.ok(name === null || encodeModifiedUtf7(name) === input.toString('latin1'), 'one spelling per name');
  compileListPattern(input.toString('latin1', 0, 200), '/').matches(input.toString('latin1', 200, 400));
  const clean = input.filter(octet => octet !== 0);
  for (const utf8 of [false, true]) {
    const written = new ImapWriter(utf8).string(clean).take();
    assert.ok(new Scanner(written).string().equals(clean), 'a written string reads back');
  }
}

/** Everything that reads what an IMAP client or server sends. */
export const target: FuzzTarget = {
  name: 'imap',
  *seeds() {
    yield Buffer.from('CHARSET UTF-8 OR (FROM "a" NOT SEEN) {3+}\r\nabc');
    yield Buffer.from('/Drafts;UIDVALIDITY=3/;UID=20/;SECTION=1.MIME/;PARTIAL=0.9');
    yield Buffer.from('URL "/INBOX/;UID=1" URL x TEXT ');
    yield Buffer.from('* 2 FETCH (UID 7 BODY[HEADER.FIELDS (SUBJECT)]<0> {3}\r\nabc FLAGS (\\Seen))');
  },
  dictionary: [
    'BODY[',
    'BODY.PEEK[',
    'BINARY.SIZE[',
    'HEADER.FIELDS.NOT (',
    ']<0.1>',
    'NOT ',
    'OR ',
    'UID 1:*',
    'KEYWORD ',
    'RETURN (',
    'CHARSET ',
    '{3}\r\n',
    '{3+}\r\n',
    '~{3}\r\n',
    'NIL',
    '$',
    '*',
    '1-Feb-2026',
    '&U,BTFw-',
    '&-',
    '* OK [',
    '] ',
    '* 1 FETCH (',
    '+ ',
    ' (',
    ')',
    '"',
    '\\',
    'MODSEQ "/flags/',
    '(STATUS (',
    ';UIDVALIDITY=',
    '/;UID=',
    '/;SECTION=',
    '/;PARTIAL=',
    'URL ',
    'TEXT ',
    'UTF8 (',
    '%2F',
    '4294967295',
  ],
  run: fuzz,
};
