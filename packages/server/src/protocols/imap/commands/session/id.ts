import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { anyState, type Command, defineCommand, ok } from '../../command.ts';

/** RFC 2971 §3.3: at most 30 pairs, names of at most 30 octets, values of at most 1,024. */
const maxPairs = 30;
const maxNameBytes = 30;
const maxValueBytes = 1_024;

function pair(scanner: Scanner): readonly [string, string] {
  const name = scanner.string();
  scanner.space();
  const value = scanner.nstring();
  if (name.length > maxNameBytes || (value?.length ?? 0) > maxValueBytes)
    scanner.failLimit('ID value too long');
  return [name.toString('latin1').toLowerCase(), value?.toString('utf8') ?? ''];
}

function parse(scanner: Scanner): ReadonlyMap<string, string> {
  scanner.space();
  if (scanner.takeKeyword('NIL')) return new Map();
  const pairs = scanner.list(() => pair(scanner), true);
  if (pairs.length > maxPairs) scanner.failLimit('Too many ID pairs');
  return new Map(pairs);
}

/** ID (RFC 2971). What the client says of itself goes into the log, nothing else is done with it. */
export const id: Command = defineCommand({
  name: 'ID',
  states: anyState,
  capability: ['ID'],
  rfc: ['2971 §3'],
  parse,
  run: async (session, pairs) => {
    session.log.info('imap.client_id', {
      name: pairs.get('name') ?? '',
      version: pairs.get('version') ?? '',
    });
    session.out.ascii('* ID ("name" "Hongyan")\r\n');
    return ok('ID completed');
  },
});
