import { type SqlValue, type Statement, statement } from '../../sql/port.ts';

/** Sizes in which statements go together, largest first: each is a text of its own, which connections keep prepared. */
const sizes = [64, 32, 16, 8, 4, 2] as const;

const insertion = /^(\s*INSERT INTO [^()]+\([^()]*\)\s*VALUES\s*)(\([^()]*\))(.*)$/s;

/** The text with its parameters counted from another one on. */
function renumbered(text: string, by: number): string {
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + by}`);
}

function textFor({ postgres }: Statement, size: number): string {
  const [, head, row, tail] = insertion.exec(postgres) ?? [];
  if (head === undefined || row === undefined || tail === undefined || tail.includes('$')) {
    throw new Error(`not an insertion of one row: ${postgres}`);
  }
  const count = Math.max(0, ...[...row.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  return head + Array.from({ length: size }, (_, n) => renumbered(row, n * count)).join(', ') + tail;
}

const made = new WeakMap<Statement, Map<number, Statement>>();

/** The statement that inserts so many rows of `query`; its parameters are those of all in a row. */
export function insertionOf(query: Statement, rows: number): Statement {
  let bySize = made.get(query);
  if (!bySize) made.set(query, (bySize = new Map()));
  let found = bySize.get(rows);
  if (!found) bySize.set(rows, (found = statement(textFor(query, rows))));
  return found;
}

/** Cuts `waiting` into parts as large as there are statements for. */
export function partsOf<T>(waiting: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < waiting.length; ) {
    const left = waiting.length - at;
    const size = sizes.find(one => one <= left) ?? 1;
    parts.push(waiting.slice(at, at + size));
    at += size;
  }
  return parts;
}

/** The parameters of several insertions, for the one that does it all. */
export function parametersOf(all: readonly { readonly parameters: readonly SqlValue[] }[]): SqlValue[] {
  return all.flatMap(({ parameters }) => parameters);
}
