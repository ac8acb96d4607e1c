import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UidPiece } from '../../store/accounts/filed-rows.ts';
import type { UidRanges } from '../types.ts';

/** Most rows that are read or changed in one go, so that one user never stalls another. */
export const sliceRows = 500;

/** Ranges at most this wide are gathered into lists when a set has many of them. */
const narrow = 4;

/**
 * Cuts a UID set into pieces for one statement each: wide ranges as spans, runs of narrow ones as lists of at most
 * `sliceRows` UIDs. Pieces are in ascending order.
 */
export function* piecesOf(ranges: UidRanges): Generator<UidPiece, void, undefined> {
  let list: number[] = [];
  for (const [first, last] of ranges) {
    if (last < first) continue;
    if (ranges.length > 1 && last - first < narrow) {
      for (let uid = first; uid <= last; uid += 1) list.push(uid);
      if (list.length + narrow > sliceRows) {
        yield { kind: 'list', uids: list };
        list = [];
      }
      continue;
    }
    if (list.length > 0) yield { kind: 'list', uids: list };
    list = [];
    yield { kind: 'span', first, last };
  }
  if (list.length > 0) yield { kind: 'list', uids: list };
}

/**
 * Reads pieces slice by slice. `fetch` gets a piece and the most rows it may return for a span; `uidOf` tells where to go
 * on. Between slices the event loop is free for others.
 */
export async function* slicesOf<Row>(
  ranges: UidRanges,
  fetch: (piece: UidPiece, limit: number) => Promise<Row[]>,
  uidOf: (row: Row) => number,
): AsyncGenerator<Row[], void, undefined> {
  for (const piece of piecesOf(ranges)) {
    if (piece.kind === 'list') {
      const rows = await fetch(piece, sliceRows);
      if (rows.length > 0) {
        yield rows;
        await nextTurn();
      }
      continue;
    }
    let { first } = piece;
    while (first <= piece.last) {
      const rows = await fetch({ kind: 'span', first, last: piece.last }, sliceRows);
      const newest = rows.at(-1);
      if (newest === undefined) break;
      yield rows;
      if (rows.length < sliceRows) break;
      first = uidOf(newest) + 1;
      await nextTurn();
    }
  }
}
