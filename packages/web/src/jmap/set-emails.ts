import { type JmapClient, setError } from './client.ts';
import type { SetResponse } from './types.ts';

/** Mails that are changed with one call: below the least that RFC 8620 §2 suggests for maxObjectsInSet, 500. */
export const mailsAtOnce = 200;

/** Updates mails, in as many calls as it takes. Throws the first refusal; the parts before it hold. */
export async function updateEmails(
  client: JmapClient,
  patches: Iterable<readonly [string, Readonly<Record<string, unknown>>]>,
): Promise<void> {
  for (const part of parts([...patches])) {
    const answer = await client.one<SetResponse>('Email/set', { update: Object.fromEntries(part) });
    const error = setError(answer.notUpdated);
    if (error) throw error;
  }
}

/** Destroys mails, in as many calls as it takes. Throws the first refusal; the parts before it are gone. */
export async function destroyEmails(client: JmapClient, ids: readonly string[]): Promise<void> {
  for (const part of parts(ids)) {
    const answer = await client.one<SetResponse>('Email/set', { destroy: part });
    const error = setError(answer.notDestroyed);
    if (error) throw error;
  }
}

function* parts<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += mailsAtOnce) yield items.slice(at, at + mailsAtOnce);
}
