import type { MailStore } from '../../../jmap/mail-store.ts';
import { type Draft, isWorthKeeping } from '../draft.ts';
import { forgetAllFiles, forgetFiles, sweepFiles } from './waiting-files.ts';

const localPrefix = 'hongyan.draft.';

function localKey(store: MailStore, key: string): string {
  return `${localPrefix}${store.client.accountId}.${key}`;
}

/**
 * Keeps a draft in this browser until the server has it. Files on their way are kept beside it (`keepFile`); pictures on
 * their way stand nowhere in the text yet and are left out. False: there is no room.
 */
export function keepLocally(store: MailStore, draft: Draft): boolean {
  const files = draft.content.files
    .filter(file => file.blobId !== null || file.cid === null)
    .map(file => (file.blobId === null ? { ...file, uploading: false, failed: true } : file));
  try {
    localStorage.setItem(
      localKey(store, draft.key),
      JSON.stringify({ ...draft, content: { ...draft.content, files } }),
    );
    return true;
  } catch {
    // The browser's store is full or closed.
    return false;
  }
}

/** Forgets a draft's copy in this browser and the files that waited with it. */
export function forgetLocally(store: MailStore, key: string): void {
  localStorage.removeItem(localKey(store, key));
  void forgetFiles(store, key);
}

/** Drafts in this browser: the page was closed, or the network away, before the server had them; or another tab writes them. */
export function localDrafts(store: MailStore): Draft[] {
  const drafts: Draft[] = [];
  const prefix = `${localPrefix}${store.client.accountId}.`;
  for (let index = 0; index < localStorage.length; index += 1) {
    const name = localStorage.key(index);
    if (!name?.startsWith(prefix)) continue;
    try {
      const draft = JSON.parse(localStorage.getItem(name) ?? '') as Draft;
      if (isWorthKeeping(draft.content)) drafts.push(draft);
    } catch {
      // Not ours, or torn.
    }
  }
  return drafts;
}

/** The page before this one, when it was loaded anew, may let go of its drafts a moment later. */
async function takeSoon(store: MailStore, key: string): Promise<boolean> {
  if (await store.draftLocks.take(key)) return true;
  await new Promise(resolve => setTimeout(resolve, 1000));
  return store.draftLocks.take(key);
}

/** Drafts that never reached the server and that no other tab is writing. They are this tab's from here on. */
export async function takeLeftBehind(store: MailStore): Promise<Draft[]> {
  const taken: Draft[] = [];
  for (const { key } of localDrafts(store)) {
    if (!(await takeSoon(store, key))) continue;
    // As it was left by the tab that gave it back a moment ago.
    const now = localDrafts(store).find(draft => draft.key === key);
    if (now) taken.push({ ...now, unsaved: true });
    else store.draftLocks.release(key);
  }
  const lives = new Set(localDrafts(store).map(({ key }) => key));
  void sweepFiles(store, key => lives.has(key));
  return taken;
}

/** Forgets every draft of this browser, at sign-out. */
export async function forgetAll(store: MailStore): Promise<void> {
  for (const draft of localDrafts(store)) forgetLocally(store, draft.key);
  await forgetAllFiles();
}
