import { MailError } from '../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../store/accounts/account-transaction.ts';
import { type MailboxRow, mailboxRows, orphanSubscriptions } from '../store/accounts/mailbox-rows.ts';
import type { MailboxLimits } from './limits.ts';
import type { Mailbox, MailboxRole } from './types.ts';

/** Name of the first mailbox of every account, in whatever case clients write it (RFC 9051 §5.1). */
export const inboxName = 'INBOX';

/** All mailboxes of an account, from one snapshot. */
export class MailboxTree {
  readonly rows: ReadonlyMap<number, MailboxRow>;
  readonly #base: number;
  readonly #byPlace = new Map<string, MailboxRow>();

  constructor(rows: readonly MailboxRow[], base: number) {
    this.rows = new Map(rows.map(row => [row.id, row]));
    this.#base = base;
    for (const row of rows) this.#byPlace.set(`${row.parentId}/${row.name}`, row);
  }

  child(parentId: number, name: string): MailboxRow | null {
    return this.#byPlace.get(`${parentId}/${name}`) ?? null;
  }

  /** The mailbox at a normalised path. */
  at(path: readonly string[]): MailboxRow | null {
    let row: MailboxRow | null = null;
    for (const name of path) {
      row = this.child(row?.id ?? 0, name);
      if (!row) return null;
    }
    return row;
  }

  pathOf(row: MailboxRow): string[] {
    const path: string[] = [];
    const seen = new Set<number>();
    for (let at: MailboxRow | undefined = row; at; at = this.rows.get(at.parentId)) {
      // A circle can only come from damage; the checker reports it.
      if (seen.has(at.id)) break;
      seen.add(at.id);
      path.unshift(at.name);
    }
    return path;
  }

  childrenOf(id: number): MailboxRow[] {
    return [...this.rows.values()].filter(row => row.parentId === id);
  }

  /** Levels below and including the mailbox. */
  heightOf(id: number): number {
    const heights = this.childrenOf(id).map(child => this.heightOf(child.id));
    return 1 + Math.max(0, ...heights);
  }

  mailbox(row: MailboxRow): Mailbox {
    return mailboxOf(row, this.pathOf(row), this.#base);
  }

  /** Parents before children; INBOX first, then by id. */
  all(): Mailbox[] {
    const result: Mailbox[] = [];
    const byParent = Map.groupBy(this.rows.values(), row => row.parentId);
    const walk = (parentId: number, path: readonly string[]): void => {
      const children = byParent.get(parentId) ?? [];
      for (const row of children.toSorted(
        (a, b) => Number(b.role === 'inbox') - Number(a.role === 'inbox') || a.id - b.id,
      )) {
        const own = [...path, row.name];
        result.push(mailboxOf(row, own, this.#base));
        walk(row.id, own);
      }
    };
    walk(0, []);
    return result;
  }
}

/** The tree of one snapshot. */
export async function readTree(reader: AccountReader): Promise<MailboxTree> {
  return new MailboxTree(await mailboxRows(reader), (await reader.state()).base);
}

/** The tree inside a transaction. */
export async function treeIn(tx: AccountTransaction): Promise<MailboxTree> {
  return new MailboxTree(await mailboxRows(tx), tx.state.base);
}

export function mailboxOf(row: MailboxRow, path: readonly string[], base: number): Mailbox {
  return {
    id: row.id,
    parentId: row.parentId === 0 ? null : row.parentId,
    path,
    role: row.role as MailboxRole | null,
    subscribed: row.subscribed,
    uidValidity: row.uidValidity,
    uidNext: row.uidNext,
    highestModseq: Math.max(row.modseq, base),
    total: row.total,
    unseen: row.unseen,
    deleted: row.deleted,
    bytes: row.bytes,
  };
}

/** C0, DEL, C1, line and paragraph separators, and the byte order mark: nothing that a name may hold (RFC 9051 §5.1, RFC 5198). */
function forbidden(name: string): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const unit = name.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return true;
    if (unit === 0x2028 || unit === 0x2029 || unit === 0xfeff || unit === 0xfffe || unit === 0xffff)
      return true;
    // The hierarchy separator of IMAP cannot be part of a name there.
    if (unit === 0x2f) return true;
  }
  return false;
}

/**
 * A path in the form rows keep it: names in NFC, `INBOX` in capitals. Throws `mailbox.name_invalid` for an empty path or
 * name, white space around a name, control characters, `/`, broken UTF-16, or a name that is too long; `mailbox.limit`
 * for too many levels.
 */
export function normalizePath(path: readonly string[], limits: MailboxLimits): string[] {
  if (path.length === 0) throw new MailError('mailbox.name_invalid', { reason: 'empty' });
  if (path.length > limits.maxDepth)
    throw new MailError('mailbox.limit', { limit: 'depth', max: limits.maxDepth });
  return path.map((given, level) => {
    // Four bytes of UTF-8 come from at most two code units, and normalising at most triples: refuse before working on it.
    if (given.length > limits.maxNameBytes)
      throw new MailError('mailbox.name_invalid', { reason: 'too long' });
    if (!given.isWellFormed()) throw new MailError('mailbox.name_invalid', { reason: 'not Unicode' });
    const name = given.normalize('NFC');
    if (name === '' || name.trim() !== name || forbidden(name)) {
      throw new MailError('mailbox.name_invalid', { reason: 'characters' });
    }
    if (Buffer.byteLength(name) > limits.maxNameBytes) {
      throw new MailError('mailbox.name_invalid', { reason: 'too long' });
    }
    return level === 0 && name.toUpperCase() === inboxName ? inboxName : name;
  });
}

/** As `normalizePath`, but null for what cannot be a path: nothing is there, which is no failure. */
export function normalPath(path: readonly string[], limits: MailboxLimits): string[] | null {
  try {
    return normalizePath(path, limits);
  } catch (error) {
    if (error instanceof MailError) return null;
    throw error;
  }
}

/** Looks a path up without complaint. */
export function lookUp(tree: MailboxTree, path: readonly string[], limits: MailboxLimits): MailboxRow | null {
  const normal = normalPath(path, limits);
  return normal && tree.at(normal);
}

/** A path as subscriptions without a mailbox are kept. */
export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** Subscribed paths without a mailbox. */
export async function orphanPaths(reader: AccountReader | AccountTransaction): Promise<string[][]> {
  return (await orphanSubscriptions(reader)).map(text => JSON.parse(text) as string[]);
}
