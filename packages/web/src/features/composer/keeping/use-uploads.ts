import { useCallback, useEffect, useRef, useState } from 'react';
import { JmapError } from '../../../jmap/client.ts';
import type { MailStore } from '../../../jmap/mail-store.ts';
import { isOffline } from '../../../jmap/offline/pending.ts';
import { uniqueId } from '../../../lib/unique.ts';
import type { Draft, DraftFile } from '../draft.ts';
import type { DraftHandle } from '../use-draft.ts';
import { forgetFiles, keepFile, keptFile } from './waiting-files.ts';

/** What became of a file, to be told. */
export type UploadTrouble =
  | { readonly kind: 'tooLarge'; readonly limit: number }
  /** The page was closed before it was on the server, and this browser did not keep it. */
  | { readonly kind: 'lost'; readonly name: string };

/** How far an upload is. */
export interface UploadShare {
  /** 0 to 1. */
  readonly share: number;
  /** When it began, ms since 1970. */
  readonly startedAt: number;
}

type Uploads = Pick<DraftHandle, 'shares' | 'addFiles' | 'addPicture' | 'removeFile' | 'retryFile'>;

/** The files of a draft on their way to the server. They are kept in this browser until they are there. */
export function useUploads(
  store: MailStore,
  initial: Draft,
  change: DraftHandle['change'],
  tell: (trouble: UploadTrouble) => void,
): Uploads {
  const { key: draftKey } = initial;
  // Beside the draft: how far a file is changes nothing that would have to be saved.
  const [shares, setShares] = useState<ReadonlyMap<string, UploadShare>>(new Map());
  const files = useRef(new Map<string, File>());
  const aborts = useRef(new Map<string, AbortController>());
  /** Those that wait for a network. */
  const cut = useRef(new Set<string>());
  const latest = useRef(tell);
  latest.current = tell;
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
      cut.current.delete(key);
      const startedAt = Date.now();
      const tellShare = (share: number): void =>
        setShares(before => new Map(before).set(key, { share, startedAt }));
      tellShare(0);
      update(key, { uploading: true, failed: false });
      try {
        const { blobId } = await store.client.upload(file, tellShare, abort.signal);
        update(key, { blobId, uploading: false });
        files.current.delete(key);
        void forgetFiles(store, draftKey, key);
        return blobId;
      } catch (error) {
        if (isOffline(error)) cut.current.add(key);
        update(key, { uploading: false, failed: true });
        if (error instanceof JmapError && error.code === 'tooLarge')
          latest.current({ kind: 'tooLarge', limit: store.client.limit('maxSizeUpload', 50 * 1024 * 1024) });
        throw error;
      } finally {
        aborts.current.delete(key);
      }
    },
    [store, draftKey, update],
  );

  /** Puts a file into the draft; null when it is too large. */
  const take = useCallback(
    (file: File, cid: string | null): string | null => {
      const limit = store.client.limit('maxSizeUpload', 50 * 1024 * 1024);
      if (file.size > limit) {
        latest.current({ kind: 'tooLarge', limit });
        return null;
      }
      const key = uniqueId();
      const { name, type, size } = file;
      const entry: DraftFile = { key, name, type, size, blobId: null, uploading: true, failed: false, cid };
      files.current.set(key, file);
      change(before => ({ files: [...before.files, entry] }));
      return key;
    },
    [store, change],
  );

  const addFiles = useCallback(
    (list: readonly File[]): void => {
      for (const file of list) {
        const key = take(file, null);
        if (!key) continue;
        // In this order: what is on the server already need not be kept.
        void keepFile(store, draftKey, key, file).then(() => {
          if (!files.current.has(key)) void forgetFiles(store, draftKey, key);
          // The strip shows what failed and offers to go on.
          else send(key, file).catch(() => undefined);
        });
      }
    },
    [store, draftKey, take, send],
  );

  const addPicture = useCallback(
    async (file: File): Promise<string> => {
      const key = take(file, `${uniqueId()}@hongyan`);
      if (!key) throw new JmapError('tooLarge');
      try {
        const blobId = await send(key, file);
        return store.client.downloadUrl(blobId, file.name || 'picture', file.type);
      } catch (error) {
        cut.current.delete(key);
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
      cut.current.delete(key);
      void forgetFiles(store, draftKey, key);
      change(before => ({ files: before.files.filter(file => file.key !== key) }));
    },
    [change, store, draftKey],
  );

  const retryFile = useCallback(
    (key: string): void => {
      const file = files.current.get(key);
      if (file && !aborts.current.has(key)) send(key, file).catch(() => undefined);
    },
    [send],
  );

  useEffect(() => {
    const online = (): void => {
      for (const key of cut.current) retryFile(key);
    };
    addEventListener('online', online);
    return () => removeEventListener('online', online);
  }, [retryFile]);

  // What an earlier visit was sending goes on.
  useEffect(() => {
    async function resume({ key, name }: DraftFile): Promise<void> {
      const file = await keptFile(store, draftKey, key);
      if (file) {
        files.current.set(key, file);
        await send(key, file).catch(() => undefined);
        return;
      }
      change(before => ({ files: before.files.filter(other => other.key !== key) }));
      latest.current({ kind: 'lost', name });
    }
    for (const file of initial.content.files) if (file.blobId === null) void resume(file);
    // Only what the draft began with.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return { shares, addFiles, addPicture, removeFile, retryFile };
}
