/** A small store of values by name in this browser. Everything that fails is as if nothing were kept. */
const databaseName = 'hongyan';
const storeName = 'kept';
const keepFlag = 'hongyan.keep';

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('indexedDB')));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName));
  return settled(request);
}

async function within<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  try {
    const database = await open();
    try {
      return await settled(work(database.transaction(storeName, mode).objectStore(storeName)));
    } finally {
      database.close();
    }
  } catch {
    // Private windows, a full disk, a store that is broken: mail is read from the server then.
    return undefined;
  }
}

/** Whether mail may be kept in this browser: only where the person said that the computer is their own (SEC-02). */
export function mayKeep(): boolean {
  return localStorage.getItem(keepFlag) === '1';
}

/** Notes at sign-in whether this is the person's own computer. */
export function allowKeeping(own: boolean): void {
  if (own) localStorage.setItem(keepFlag, '1');
  else localStorage.removeItem(keepFlag);
}

export async function keep(name: string, value: unknown): Promise<void> {
  if (mayKeep()) await within('readwrite', store => store.put(value, name));
}

export async function kept<Value>(name: string): Promise<Value | undefined> {
  if (!mayKeep()) return undefined;
  return (await within<unknown>('readonly', store => store.get(name))) as Value | undefined;
}

/** Forgets everything, at sign-out or when somebody else signs in. */
export async function forgetKept(): Promise<void> {
  await within('readwrite', store => store.clear());
}
