import { parseDateTime } from './dates.ts';
import { parseFetchItems } from './fetch-items.ts';
import { parseStoreFlags } from './flags.ts';
import { parseListArguments } from './list-arguments.ts';
import { compileListPattern } from './list-pattern.ts';
import { literalHeader } from './literal-header.ts';
import { decodeMailboxName } from './mailbox-name.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';
import { parseResponse } from './response.ts';
import { Scanner } from './scanner.ts';
import { parseSearch } from './search-keys.ts';
import { parseSequenceSet } from './sequence-set.ts';
import { parseStatusItems } from './status-items.ts';
import { BadCharsetError, ImapSyntaxError } from './syntax-error.ts';

const readers: readonly ((scanner: Scanner) => unknown)[] = [
  parseSearch,
  parseFetchItems,
  parseListArguments,
  parseSequenceSet,
  parseStoreFlags,
  parseStatusItems,
  parseDateTime,
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
  decodeMailboxName(input, true);
  const name = decodeModifiedUtf7(input);
  if (name !== null && encodeModifiedUtf7(name) !== input.toString('latin1'))
    throw new Error('modified UTF-7 is not unique');
  compileListPattern(input.toString('latin1', 0, 200), '/').matches(input.toString('latin1', 200, 400));
}
