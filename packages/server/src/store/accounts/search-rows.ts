import { type SqlReader, type SqlValue, type Statement, statement } from '../sql/port.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** One condition of a search that rows answer without their texts. Times are ms since the epoch, ranges half open. */
export type RowTest =
  | { readonly test: 'bits'; readonly mask: number; readonly value: number }
  | { readonly test: 'keyword'; readonly id: number }
  | { readonly test: 'received' | 'saved' | 'sent'; readonly from: number; readonly before: number }
  | { readonly test: 'larger' | 'smaller'; readonly size: number }
  | { readonly test: 'modseq'; readonly least: number }
  | { readonly test: 'attachment'; readonly present: boolean }
  | { readonly test: 'origin'; readonly messageId: number }
  | { readonly test: 'thread'; readonly threadId: number };

/** UIDs of a span joined by commas: one value crosses into JavaScript, not one per row. In no particular order. */
function uidsWhere(condition: string, join = ''): Statement {
  const from = `FROM filed f ${join}
    WHERE f.account_id = $1 AND f.mailbox_id = $2 AND f.uid >= $3 AND f.uid <= $4 AND ${condition}`;
  return statement({
    sqlite: `SELECT group_concat(f.uid) ${from}`,
    postgres: `SELECT string_agg(f.uid::text, ',') ${from}`,
  });
}

const joinMessage = 'JOIN message m ON m.account_id = f.account_id AND m.id = f.message_id';

// Spelled like the partial indexes, so that they are used.
const unseen = uidsWhere('(f.bits & 1) = 0');
const flagged = uidsWhere('(f.bits & 4) <> 0');
const deleted = uidsWhere('(f.bits & 8) <> 0');
const bits = uidsWhere('(f.bits & $5) = $6');
const keyword = uidsWhere("f.keywords IS NOT NULL AND (',' || f.keywords || ',') LIKE $5");
const received = uidsWhere('f.received_at >= $5 AND f.received_at < $6');
const saved = uidsWhere('f.saved_at >= $5 AND f.saved_at < $6');
// The day counts as the sender's clock showed it (RFC 9051 §6.4.4: "disregarding time and timezone").
const sent = uidsWhere(
  'm.sent_at + 60000 * COALESCE(m.sent_offset, 0) >= $5 AND m.sent_at + 60000 * COALESCE(m.sent_offset, 0) < $6',
  joinMessage,
);
const larger = uidsWhere('f.size > $5');
const smaller = uidsWhere('f.size < $5');
const modseq = uidsWhere('f.modseq >= $5');
const attachment = uidsWhere('f.attachment = $5');
const origin = uidsWhere('COALESCE(m.origin_id, m.id) = $5', joinMessage);
const thread = uidsWhere('m.thread_id = $5', joinMessage);

function prepared(test: RowTest): [Statement, ...SqlValue[]] {
  switch (test.test) {
    case 'bits':
      if (test.mask === 1 && test.value === 0) return [unseen];
      if (test.mask === 4 && test.value === 4) return [flagged];
      if (test.mask === 8 && test.value === 8) return [deleted];
      return [bits, test.mask, test.value];
    case 'keyword':
      return [keyword, `%,${test.id},%`];
    case 'received':
      return [received, test.from, test.before];
    case 'saved':
      return [saved, test.from, test.before];
    case 'sent':
      return [sent, test.from, test.before];
    case 'larger':
      return [larger, test.size];
    case 'smaller':
      return [smaller, test.size];
    case 'modseq':
      return [modseq, test.least];
    case 'attachment':
      return [attachment, test.present ? 1 : 0];
    case 'origin':
      return [origin, test.messageId];
    default:
      return [thread, test.threadId];
  }
}

/** UIDs in [first, last] of a mailbox whose rows pass the test, joined by commas, in no particular order; empty for none. */
export async function uidsPassing(
  reader: Scoped,
  mailboxId: number,
  first: number,
  last: number,
  test: RowTest,
): Promise<string> {
  const [query, ...parameters] = prepared(test);
  const row = (await reader.arrays(query, reader.accountId, mailboxId, first, last, ...parameters))[0];
  return typeof row?.[0] === 'string' ? row[0] : '';
}
