import { JmapClient } from '../client.ts';
import { MailStore } from '../mail-store.ts';
import { keep, kept, mayKeep } from './keeper.ts';
import type { Snapshot } from './snapshot.ts';

const name = 'account';
/** Whose it is, so that nobody has to read all of it for that. */
const ownerName = 'owner';
/** Between two savings, ms. */
const everyMs = 5_000;

/** Keeps one's own account up to date in this browser, where that is allowed. Returns a function that stops. */
export function keepAccount(store: MailStore): () => void {
  if (!mayKeep()) return () => undefined;
  let timer: ReturnType<typeof setTimeout> | null = null;
  void keep(ownerName, store.client.accountId);
  const save = (): void => {
    timer = null;
    void keep(name, store.snapshot());
  };
  const stop = store.subscribe(() => {
    timer ??= setTimeout(save, everyMs);
  });
  const leaving = (): void => {
    if (document.visibilityState === 'hidden' && timer) {
      clearTimeout(timer);
      save();
    }
  };
  document.addEventListener('visibilitychange', leaving);
  return () => {
    stop();
    document.removeEventListener('visibilitychange', leaving);
    if (timer) clearTimeout(timer);
  };
}

/** The account as it was kept, when the server cannot be reached; null: nothing is kept. */
export async function keptAccount(): Promise<MailStore | null> {
  const snapshot = await kept<Snapshot>(name);
  if (snapshot?.version !== 1) return null;
  const store = new MailStore(new JmapClient(snapshot.session));
  store.restore(snapshot);
  await store.pending.restore();
  return store;
}

/** Whose account is kept; null: nobody's. */
export async function keptAccountId(): Promise<string | null> {
  const owner = await kept<string>(ownerName);
  if (owner !== undefined) return owner;
  const snapshot = await kept<Snapshot>(name);
  return snapshot ? new JmapClient(snapshot.session).accountId : null;
}
