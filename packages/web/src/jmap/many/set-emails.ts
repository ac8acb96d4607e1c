import { type JmapClient, setError } from '../client.ts';
import type { SetResponse } from '../types.ts';

/** Mails that one call may change (RFC 8620 §2); 500 is the least it suggests to servers. */
export function mailsAtOnce(client: JmapClient): number {
  return client.limit('maxObjectsInSet', 500);
}

/** Updates mails, in as many calls as it takes. Throws the first refusal; the parts before it hold. */
export async function updateEmails(
  client: JmapClient,
  patches: Iterable<readonly [string, Readonly<Record<string, unknown>>]>,
): Promise<void> {
  for (const part of parts([...patches], mailsAtOnce(client))) {
    const answer = await client.one<SetResponse>('Email/set', { update: Object.fromEntries(part) });
    const error = setError(answer.notUpdated);
    if (error) throw error;
  }
}

/** Destroys mails, in as many calls as it takes. Throws the first refusal; the parts before it are gone. */
export async function destroyEmails(client: JmapClient, ids: readonly string[]): Promise<void> {
  for (const part of parts(ids, mailsAtOnce(client))) {
    const answer = await client.one<SetResponse>('Email/set', { destroy: part });
    const error = setError(answer.notDestroyed);
    if (error) throw error;
  }
}

/** Cuts a list into pieces of at most `size`. */
export function* parts<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
