import type { MailStore } from '../../../jmap/mail-store.ts';

/** Files of drafts that are not on the server yet, in this browser: the page may close before they are. */
const databaseName = 'hongyan-drafts';
const storeName = 'files';

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('indexedDB')));
  });
}

/** Undefined when the browser keeps nothing: private windows, a full disk. */
async function within<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  try {
    const opening = indexedDB.open(databaseName, 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(storeName));
    const database = await settled(opening);
    try {
      const transaction = database.transaction(storeName, mode);
      const done = new Promise<void>((resolve, reject) => {
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('indexedDB')));
      });
      const result = settled(work(transaction.objectStore(storeName)));
      // Not before it lies on the disk: the page may go at any moment.
      await Promise.all([result, done]);
      return await result;
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

const nameOf = (store: MailStore, draft: string, file = ''): string =>
  `${store.client.accountId}/${draft}/${file}`;

/** All names that begin so. */
const beginning = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

export async function keepFile(store: MailStore, draft: string, key: string, file: File): Promise<void> {
  await within('readwrite', files => files.put(file, nameOf(store, draft, key)));
}

/** A file that was kept, if it is still there. */
export async function keptFile(store: MailStore, draft: string, key: string): Promise<File | undefined> {
  const found = await within<unknown>('readonly', files => files.get(nameOf(store, draft, key)));
  return found instanceof File ? found : undefined;
}

/** Forgets one file of a draft, or all. */
export async function forgetFiles(store: MailStore, draft: string, key?: string): Promise<void> {
  await within('readwrite', files =>
    files.delete(key === undefined ? beginning(nameOf(store, draft)) : nameOf(store, draft, key)),
  );
}

/** Forgets every file, at sign-out. */
export async function forgetAllFiles(): Promise<void> {
  await within('readwrite', files => files.clear());
}

/** Forgets the files of drafts that are no more. */
export async function sweepFiles(store: MailStore, lives: (draft: string) => boolean): Promise<void> {
  const prefix = `${store.client.accountId}/`;
  const names = (await within('readonly', files => files.getAllKeys(beginning(prefix)))) ?? [];
  for (const name of names) {
    const [draft = ''] = typeof name === 'string' ? name.slice(prefix.length).split('/') : [];
    if (!lives(draft)) await forgetFiles(store, draft);
  }
}
