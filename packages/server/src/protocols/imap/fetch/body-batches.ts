import { freeBodies, readMessages } from '../../../mailbox/body.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import type { Session } from '../session.ts';
import { BodySource } from './body-items.ts';

/** Octets of bodies that are read together, and so held at a time. */
const batchBytes = 256 * 1024;

/** A message of a FETCH with its body. */
export interface RowWithBody {
  readonly row: MessageRow;
  readonly body: BodySource;
}

/** Rows, in their order, in runs whose messages fit into one batch. One that is larger makes a run of its own. */
function* runsOf(rows: readonly MessageRow[]): Generator<readonly MessageRow[], void, undefined> {
  let start = 0;
  let bytes = 0;
  for (const [at, row] of rows.entries()) {
    const size = sizeOf(row);
    if (at > start && bytes + size > batchBytes) {
      yield rows.slice(start, at);
      start = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < rows.length) yield rows.slice(start);
}

function sizeOf(row: MessageRow): number {
  return row.prefix.length + row.blob.size;
}

/**
 * The bodies of the rows of one slice, in their order. Small ones are read together: bodies that came one after another
 * lie one after another, and one read for fifty of them takes fewer calls and waits than fifty reads. A batch is of no use
 * any more when the next one is asked for.
 */
export async function* bodyBatches(
  session: Session,
  rows: readonly MessageRow[],
): AsyncGenerator<RowWithBody[], void, undefined> {
  const { mail, selected, services } = session;
  for (const run of runsOf(rows)) {
    const small = run.filter(row => sizeOf(row) <= services.limits.wholeBytes);
    const bodies = await readMessages(mail, selected.scope, small);
    const held = new Map(small.map((row, at) => [row, bodies[at] ?? null]));
    yield run.map(row => ({
      row,
      body: new BodySource(session, row, held.get(row) ?? null),
    }));
    // The next batch is asked for when this one is written, which copies it.
    freeBodies(bodies);
  }
}
