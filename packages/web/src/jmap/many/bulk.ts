import { type JmapClient, JmapError } from '../client.ts';
import type { EmailPatch, EmailRow, GetResponse, QueryResponse, SetError, SetResponse } from '../types.ts';
import { mailsAtOnce, parts } from './set-emails.ts';

/** What a change of a mail depends on. */
export type Placed = Pick<EmailRow, 'id' | 'mailboxIds' | 'keywords'>;

/** What is done to one mail, and what takes it back. */
export interface MailChange {
  readonly patch: EmailPatch;
  readonly undo: EmailPatch;
  /** The mail waits for its time, and is not sent any more. */
  readonly notSent?: true;
}

/** What is to be done to a mail as it lies now; null: nothing. */
export type Plan = (mail: Placed) => MailChange | null;

/** How work on many mails ended. */
export interface BulkResult {
  /** Mails changed. */
  readonly count: number;
  readonly notSent: number;
  /** What takes all of it back. */
  readonly undo: ReadonlyMap<string, EmailPatch>;
  /** Why it ended early: a failure, or null where it went through or was stopped. */
  readonly error: unknown;
  readonly stopped: boolean;
}

/** Whoever watches over the work. */
export interface BulkControl {
  /** Told after each part, with how many of the mails have been gone through. */
  readonly onProgress: (done: number) => void;
  readonly stopped: () => boolean;
}

/** Starts again when the mail one stood at went away meanwhile; more often than this is a broken server. */
const maxRestarts = 5;

/**
 * Ids of every mail that a filter finds now, newest first; in conversations each mail by itself. One goes on behind the
 * last mail, not by number: mail that arrives meanwhile moves nothing and is not among them.
 */
export async function everyId(
  client: JmapClient,
  filter: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const ids = new Set<string>();
  let last: string | undefined;
  for (let restarts = 0; ; ) {
    try {
      const answer: QueryResponse = await client.one<QueryResponse>('Email/query', {
        filter,
        sort: [{ property: 'receivedAt', isAscending: false }],
        collapseThreads: false,
        ...(last === undefined ? {} : { anchor: last, anchorOffset: 1 }),
      });
      for (const id of answer.ids) ids.add(id);
      last = answer.ids.at(-1);
      if (last === undefined) return [...ids];
    } catch (error) {
      if (!(error instanceof JmapError) || error.code !== 'anchorNotFound') throw error;
      restarts += 1;
      if (restarts > maxRestarts) throw error;
      ids.clear();
      last = undefined;
    }
  }
}

/** The first refusal but for mails that are gone: those need nothing any more. */
function refusal(notUpdated: Readonly<Record<string, SetError>> | null | undefined): JmapError | null {
  for (const { type, description } of Object.values(notUpdated ?? {}))
    if (type !== 'notFound') return new JmapError(type, description ?? '');
  return null;
}

/**
 * Changes any number of mails on the server, in parts of what it takes at once. Each part is read just before it is
 * changed, so that the plan sees mails as they lie then. Never throws: what was done holds and can be taken back.
 */
export async function changeMany(
  client: JmapClient,
  ids: readonly string[],
  plan: Plan,
  { onProgress, stopped }: BulkControl,
): Promise<BulkResult> {
  const undo = new Map<string, EmailPatch>();
  let count = 0;
  let notSent = 0;
  let gone = 0;
  let error: unknown = null;
  const size = Math.min(mailsAtOnce(client), client.limit('maxObjectsInGet', 500));
  try {
    for (const part of parts(ids, size)) {
      if (stopped()) break;
      const { list } = await client.one<GetResponse<Placed>>('Email/get', {
        ids: part,
        properties: ['id', 'mailboxIds', 'keywords'],
      });
      const changes = new Map<string, MailChange>();
      for (const mail of list) {
        const change = plan(mail);
        if (change) changes.set(mail.id, change);
      }
      if (changes.size > 0) {
        // Where the answer is lost the part may be done: taking back what was not changed changes nothing.
        for (const [id, change] of changes) undo.set(id, change.undo);
        const { notUpdated } = await client.one<SetResponse>('Email/set', {
          update: Object.fromEntries([...changes].map(([id, { patch }]) => [id, patch])),
        });
        for (const [id, change] of changes) {
          if (notUpdated?.[id]) undo.delete(id);
          else {
            count += 1;
            if (change.notSent) notSent += 1;
          }
        }
        error = refusal(notUpdated);
        if (error) break;
      }
      gone += part.length;
      onProgress(gone);
    }
  } catch (failure) {
    error = failure;
  }
  return { count, notSent, undo, error, stopped: !error && gone < ids.length };
}

/** How destroying many mails ended. */
export type DestroyResult = Pick<BulkResult, 'count' | 'error' | 'stopped'>;

/**
 * Destroys any number of mails that lie in a mailbox, in parts. Each part is read just before: what was taken out of the
 * mailbox meanwhile stays, and what lies elsewhere, too, is only taken out of this one. Never throws.
 */
export async function destroyMany(
  client: JmapClient,
  mailboxId: string,
  ids: readonly string[],
  { onProgress, stopped }: BulkControl,
): Promise<DestroyResult> {
  let count = 0;
  let gone = 0;
  let error: unknown = null;
  const size = Math.min(mailsAtOnce(client), client.limit('maxObjectsInGet', 500));
  try {
    for (const part of parts(ids, size)) {
      if (stopped()) break;
      const { list } = await client.one<GetResponse<Placed>>('Email/get', {
        ids: part,
        properties: ['id', 'mailboxIds', 'keywords'],
      });
      const here = list.filter(mail => mailboxId in mail.mailboxIds);
      const [only, shared] = [true, false].map(alone =>
        here.filter(mail => (Object.keys(mail.mailboxIds).length === 1) === alone).map(({ id }) => id),
      ) as [string[], string[]];
      if (here.length > 0) {
        const { notDestroyed, notUpdated } = await client.one<SetResponse>('Email/set', {
          destroy: only,
          update: Object.fromEntries(shared.map(id => [id, { [`mailboxIds/${mailboxId}`]: null }])),
        });
        count += here.filter(({ id }) => !notDestroyed?.[id] && !notUpdated?.[id]).length;
        error = refusal(notDestroyed) ?? refusal(notUpdated);
        if (error) break;
      }
      gone += part.length;
      onProgress(gone);
    }
  } catch (failure) {
    error = failure;
  }
  return { count, error, stopped: !error && gone < ids.length };
}
