import { useCallback, useEffect, useRef, useState } from 'react';
import type { MailStore } from '../../jmap/mail-store.ts';
import type { Draft, DraftContent } from './draft.ts';
import { isWorthKeeping } from './draft.ts';
import { forgetLocally, keepLocally } from './keeping/local-drafts.ts';
import { type UploadShare, type UploadTrouble, useUploads } from './keeping/use-uploads.ts';
import { saveDraft } from './outbox.ts';

/** After this long without a key the draft goes to the server. */
const saveAfterMs = 2500;
/** A save that failed is tried again after as long, then after twice as long, at most after this. */
const saveAgainMs = 60_000;
/** Between two savings into the browser: the whole draft is written, and it may be long. */
const keepEveryMs = 1000;

export type SaveState =
  | { readonly kind: 'none' | 'saving' }
  /** Not on the server: `kept`, whether this browser has it; and why. */
  | { readonly kind: 'local'; readonly kept: boolean; readonly why: unknown }
  | { readonly kind: 'server'; readonly at: Date };

/** A draft being written, and what can be done with it. */
export interface DraftHandle {
  readonly content: DraftContent;
  readonly state: SaveState;
  readonly change: (part: Partial<DraftContent> | ((content: DraftContent) => Partial<DraftContent>)) => void;
  /** How far files on their way are, by their keys. */
  readonly shares: ReadonlyMap<string, UploadShare>;
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
  /** Whether files are on their way. */
  readonly uploading: () => boolean;
  readonly current: () => Draft;
  /** Says which mail the next save replaces; null: none, as the copy on the server may have left by now. */
  readonly standsFor: (serverId: string | null) => void;
  /** Stops saving: the draft has been sent or thrown away. */
  readonly finish: () => void;
}

/** Whether files are on their way. */
function isUploading({ files }: DraftContent): boolean {
  return files.some(({ uploading }) => uploading);
}

/** Whether files are not on the server: the copy there lacks them. */
function waits({ files }: DraftContent): boolean {
  return files.some(({ blobId, cid }) => blobId === null && cid === null);
}

/** A draft that saves itself: into the browser at every change, to the server when the keys rest. */
export function useDraft(
  store: MailStore,
  initial: Draft,
  onTrouble: (trouble: UploadTrouble) => void,
): DraftHandle {
  const [content, setContent] = useState(initial.content);
  const [state, setState] = useState<SaveState>(
    initial.serverId ? { kind: 'server', at: new Date() } : { kind: 'none' },
  );
  const draft = useRef<Draft>(initial);
  const dirty = useRef(false);
  const done = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const keeping = useRef<ReturnType<typeof setTimeout> | null>(null);
  const running = useRef<Promise<string> | null>(null);
  const failures = useRef(0);

  /** Writes what has changed into the browser, unless the server has it by now. False: there is no room. */
  const keepNow = useCallback((): boolean => {
    if (keeping.current) clearTimeout(keeping.current);
    keeping.current = null;
    const { current } = draft;
    const ahead = dirty.current || running.current !== null || waits(current.content);
    return !ahead || done.current || !isWorthKeeping(current.content) || keepLocally(store, current);
  }, [store]);

  const flush = useCallback(async (): Promise<string> => {
    if (timer.current) clearTimeout(timer.current);
    // One save at a time: each replaces the copy before it.
    while (running.current) await running.current.catch(() => undefined);
    if (!dirty.current && draft.current.serverId) return draft.current.serverId;
    dirty.current = false;
    setState({ kind: 'saving' });
    // Until there is an answer nobody knows whether it was saved, not even after the page is gone.
    const before = draft.current;
    draft.current = { ...before, inDoubt: true };
    running.current = saveDraft(store, before);
    keepNow();
    try {
      const serverId = await running.current;
      draft.current = { ...draft.current, serverId, inDoubt: false };
      failures.current = 0;
      if (!dirty.current && !waits(draft.current.content)) forgetLocally(store, draft.current.key);
      setState({ kind: 'server', at: new Date() });
      return serverId;
    } catch (error) {
      dirty.current = true;
      failures.current += 1;
      setState({ kind: 'local', kept: keepNow(), why: error });
      throw error;
    } finally {
      running.current = null;
    }
  }, [store, keepNow]);

  const schedule = useCallback((): void => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        if (!done.current && isWorthKeeping(draft.current.content)) flush().catch(() => schedule());
      },
      Math.min(saveAgainMs, saveAfterMs * 2 ** failures.current),
    );
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

  const uploads = useUploads(store, initial, change, onTrouble);

  useEffect(() => {
    // A phone's browser is closed without a word: being hidden is the last that is heard of it.
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') keepNow();
    };
    const leaving = (): void => void keepNow();
    const online = (): void => {
      failures.current = 0;
      if (dirty.current) schedule();
    };
    const warn = (event: BeforeUnloadEvent): void => {
      if (isUploading(draft.current.content) || (!keepNow() && dirty.current)) event.preventDefault();
    };
    const { key, unsaved } = draft.current;
    store.draftLocks.hold(key);
    if (unsaved) {
      dirty.current = true;
      schedule();
    }
    addEventListener('pagehide', leaving);
    addEventListener('online', online);
    addEventListener('beforeunload', warn);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      removeEventListener('pagehide', leaving);
      removeEventListener('online', online);
      removeEventListener('beforeunload', warn);
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
          .catch(() => undefined)
          .finally(() => store.draftLocks.release(key));
      } else store.draftLocks.release(key);
    };
  }, [store, flush, keepNow, schedule]);

  return {
    content,
    state,
    change,
    ...uploads,
    flush,
    touched: () => dirty.current,
    uploading: () => isUploading(draft.current.content),
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
