import { useCallback, useEffect, useRef, useState } from 'react';
import { JmapError } from '../../jmap/client.ts';
import type { MailStore } from '../../jmap/mail-store.ts';
import type { Draft, DraftContent, DraftFile } from './draft.ts';
import { isWorthKeeping } from './draft.ts';
import { forgetLocally, keepLocally, saveDraft } from './outbox.ts';

/** After this long without a key the draft goes to the server. */
const saveAfterMs = 2500;
/** Between two savings into the browser: the whole draft is written, and it may be long. */
const keepEveryMs = 1000;

export type SaveState =
  | { readonly kind: 'none' | 'saving' | 'local' }
  | { readonly kind: 'server'; readonly at: Date };

/** A draft being written, and what can be done with it. */
export interface DraftHandle {
  readonly content: DraftContent;
  readonly state: SaveState;
  readonly change: (part: Partial<DraftContent> | ((content: DraftContent) => Partial<DraftContent>)) => void;
  readonly addFiles: (files: readonly File[]) => void;
  /** Keeps a picture of the text and says where it is shown from. */
  readonly addPicture: (file: File) => Promise<string>;
  readonly removeFile: (key: string) => void;
  /** Uploads a file again whose upload failed. */
  readonly retryFile: (key: string) => void;
  /** Saves now and returns the id on the server. */
  readonly flush: () => Promise<string>;
  /** Whether something has changed since the last save. */
  readonly touched: () => boolean;
  readonly current: () => Draft;
  /** Says which mail the next save replaces; null: none, as the copy on the server may have left by now. */
  readonly standsFor: (serverId: string | null) => void;
  /** Stops saving: the draft has been sent or thrown away. */
  readonly finish: () => void;
}

/** A draft that saves itself: into the browser at every change, to the server when the keys rest. */
export function useDraft(store: MailStore, initial: Draft, onTooLarge: (limit: number) => void): DraftHandle {
  const [content, setContent] = useState(initial.content);
  const [state, setState] = useState<SaveState>({
    kind: initial.serverId ? 'server' : 'none',
    at: new Date(),
  });
  const draft = useRef<Draft>(initial);
  const dirty = useRef(false);
  const done = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const keeping = useRef<ReturnType<typeof setTimeout> | null>(null);
  const running = useRef<Promise<string> | null>(null);

  /** Writes what has changed into the browser, unless the server has it by now. */
  const keepNow = useCallback((): void => {
    if (keeping.current) clearTimeout(keeping.current);
    keeping.current = null;
    if ((dirty.current || running.current) && !done.current && isWorthKeeping(draft.current.content))
      keepLocally(store, draft.current);
  }, [store]);

  const flush = useCallback(async (): Promise<string> => {
    if (timer.current) clearTimeout(timer.current);
    // One save at a time: each replaces the copy before it.
    while (running.current) await running.current.catch(() => undefined);
    if (!dirty.current && draft.current.serverId) return draft.current.serverId;
    dirty.current = false;
    setState({ kind: 'saving' });
    running.current = saveDraft(store, draft.current);
    try {
      const serverId = await running.current;
      draft.current = { ...draft.current, serverId };
      if (!dirty.current) forgetLocally(store, draft.current.key);
      setState({ kind: 'server', at: new Date() });
      return serverId;
    } catch (error) {
      dirty.current = true;
      keepNow();
      setState({ kind: 'local' });
      throw error;
    } finally {
      running.current = null;
    }
  }, [store, keepNow]);

  const schedule = useCallback((): void => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!done.current && isWorthKeeping(draft.current.content)) flush().catch(() => schedule());
    }, saveAfterMs);
  }, [flush]);

  const change = useCallback<DraftHandle['change']>(
    part => {
      const before = draft.current.content;
      const next = { ...before, ...(typeof part === 'function' ? part(before) : part) };
      draft.current = { ...draft.current, content: next };
      dirty.current = true;
      setContent(next);
      keeping.current ??= setTimeout(keepNow, keepEveryMs);
      schedule();
    },
    [schedule, keepNow],
  );

  const files = useRef(new Map<string, File>());
  const aborts = useRef(new Map<string, AbortController>());
  const update = useCallback(
    (key: string, part: Partial<DraftFile>): void =>
      change(before => ({
        files: before.files.map(file => (file.key === key ? { ...file, ...part } : file)),
      })),
    [change],
  );

  const send = useCallback(
    async (key: string, file: File): Promise<string> => {
      const abort = new AbortController();
      aborts.current.set(key, abort);
      update(key, { progress: 0, failed: false, startedAt: Date.now() });
      try {
        const { blobId } = await store.client.upload(
          file,
          progress => update(key, { progress }),
          abort.signal,
        );
        update(key, { blobId, progress: null });
        files.current.delete(key);
        return blobId;
      } catch (error) {
        update(key, { progress: null, failed: true });
        if (error instanceof JmapError && error.code === 'tooLarge')
          onTooLarge(store.client.limit('maxSizeUpload', 50 * 1024 * 1024));
        throw error;
      } finally {
        aborts.current.delete(key);
      }
    },
    [store, update, onTooLarge],
  );

  /** Puts a file into the draft; null when it is too large. */
  const take = useCallback(
    (file: File, cid: string | null): string | null => {
      const limit = store.client.limit('maxSizeUpload', 50 * 1024 * 1024);
      if (file.size > limit) {
        onTooLarge(limit);
        return null;
      }
      const key = crypto.randomUUID();
      const { name, type, size } = file;
      const entry: DraftFile = { key, name, type, size, blobId: null, progress: 0, failed: false, cid };
      files.current.set(key, file);
      change(before => ({ files: [...before.files, entry] }));
      return key;
    },
    [store, change, onTooLarge],
  );

  const addFiles = useCallback(
    (list: readonly File[]): void => {
      for (const file of list) {
        const key = take(file, null);
        // The strip shows what failed and offers to go on.
        if (key) send(key, file).catch(() => undefined);
      }
    },
    [take, send],
  );

  const addPicture = useCallback(
    async (file: File): Promise<string> => {
      const key = take(file, `${crypto.randomUUID()}@hongyan`);
      if (!key) throw new JmapError('tooLarge');
      try {
        const blobId = await send(key, file);
        return store.client.downloadUrl(blobId, file.name || 'picture', file.type);
      } catch (error) {
        change(before => ({ files: before.files.filter(other => other.key !== key) }));
        throw error;
      }
    },
    [take, send, change, store],
  );

  const removeFile = useCallback(
    (key: string): void => {
      aborts.current.get(key)?.abort();
      files.current.delete(key);
      change(before => ({ files: before.files.filter(file => file.key !== key) }));
    },
    [change],
  );

  const retryFile = useCallback(
    (key: string): void => {
      const file = files.current.get(key);
      if (file) send(key, file).catch(() => undefined);
    },
    [send],
  );

  useEffect(() => {
    // A phone's browser is closed without a word: being hidden is the last that is heard of it.
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') keepNow();
    };
    addEventListener('pagehide', keepNow);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      removeEventListener('pagehide', keepNow);
      document.removeEventListener('visibilitychange', hidden);
      if (timer.current) clearTimeout(timer.current);
      keepNow();
      // The composer is left by way of another folder: what was written goes to Drafts all the same.
      if (dirty.current && !done.current && isWorthKeeping(draft.current.content)) {
        flush()
          .then(
            () => store.sync(),
            () => undefined,
          )
          .catch(() => undefined);
      }
    };
  }, [store, flush, keepNow]);

  return {
    content,
    state,
    change,
    addFiles,
    addPicture,
    removeFile,
    retryFile,
    flush,
    touched: () => dirty.current,
    current: () => draft.current,
    standsFor: serverId => {
      draft.current = { ...draft.current, serverId };
    },
    finish: () => {
      done.current = true;
      if (timer.current) clearTimeout(timer.current);
      if (keeping.current) clearTimeout(keeping.current);
      keeping.current = null;
      forgetLocally(store, draft.current.key);
    },
  };
}
