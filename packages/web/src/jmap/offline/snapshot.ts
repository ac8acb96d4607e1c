import type { MessageList } from '../message-list.ts';
import type { EmailFull, EmailRow, Identity, Mailbox, Session, Thread } from '../types.ts';

/** Objects of one type as the server last told them. */
export interface KeptCollection {
  readonly state: string;
  readonly items: readonly { readonly id: string }[];
}

/** What is kept of an account for reading without a network. */
export interface Snapshot {
  readonly version: 1;
  /** ms since the epoch: what is shown was true then. */
  readonly at: number;
  readonly session: Session;
  readonly emailState: string | null;
  readonly mailboxState: string | null;
  readonly mailboxes: readonly Mailbox[];
  readonly identities: readonly Identity[];
  readonly rows: readonly EmailRow[];
  readonly threads: readonly Thread[];
  readonly full: readonly EmailFull[];
  readonly lists: readonly (readonly [key: string, ids: readonly string[]])[];
  readonly personal: Readonly<Record<string, KeptCollection>>;
}

/** Rows of one list, mails read whole, and characters of one mail that are kept. */
const maxRows = 200;
const maxMails = 100;
const maxCharacters = 200_000;

const sizeOf = (mail: EmailFull): number =>
  Object.values(mail.bodyValues).reduce((sum, { value }) => sum + value.length, 0);

interface Cached {
  readonly rows: ReadonlyMap<string, EmailRow>;
  readonly threads: ReadonlyMap<string, Thread>;
  readonly full: ReadonlyMap<string, EmailFull>;
  readonly lists: ReadonlyMap<string, MessageList>;
}

/** The part of what is in memory that is worth keeping: the lists on hand from their top, and the mails read last. */
export function worthKeeping(cached: Cached): Pick<Snapshot, 'rows' | 'threads' | 'full' | 'lists'> {
  const lists = [...cached.lists]
    .filter(([, list]) => list.query.text === '' && list.total !== null)
    .map(([key, list]) => [key, list.loadedIds.slice(0, maxRows)] as const);
  const full = [...cached.full.values()].filter(mail => sizeOf(mail) <= maxCharacters).slice(-maxMails);
  const ids = new Set([...lists.flatMap(([, members]) => members), ...full.map(({ id }) => id)]);
  const threadIds = new Set([...ids].flatMap(id => cached.rows.get(id)?.threadId ?? []));
  const threads = [...threadIds].flatMap(id => cached.threads.get(id) ?? []);
  for (const { emailIds } of threads) for (const id of emailIds) ids.add(id);
  const bare = ({
    id,
    threadId,
    mailboxIds,
    keywords,
    from,
    to,
    subject,
    receivedAt,
    size,
    preview,
    hasAttachment,
  }: EmailRow): EmailRow => ({
    id,
    threadId,
    mailboxIds,
    keywords,
    from,
    to,
    subject,
    receivedAt,
    size,
    preview,
    hasAttachment,
  });
  const rows = [...ids].flatMap(id => {
    const row = cached.rows.get(id);
    return row ? [bare(row)] : [];
  });
  return { rows, threads, full, lists };
}
