import { useCallback, useMemo, useRef, useState } from 'react';
import type { Draft } from '../draft.ts';

/** In place of list and reader; in a window over them; put away in the bar at the bottom. */
export type DraftMode = 'full' | 'window' | 'mini';

export interface OpenDraft {
  readonly draft: Draft;
  readonly mode: DraftMode;
}

/** What a composer tells about itself, for the bar. */
export interface DraftNote {
  readonly subject: string;
  readonly worthKeeping: boolean;
}

export interface Drafts {
  readonly items: readonly OpenDraft[];
  /** The one in place of list and reader. */
  readonly full: OpenDraft | null;
  readonly open: (draft: Draft) => void;
  readonly close: (key: string) => void;
  readonly setMode: (key: string, mode: DraftMode) => void;
  /** The person goes elsewhere: what was begun goes to the bar, what is empty is closed. */
  readonly leave: () => void;
  readonly tell: (key: string, note: DraftNote) => void;
  readonly noteOf: (key: string) => DraftNote | undefined;
}

/** Most drafts open at once; the oldest put away is closed for one more, and is in Drafts. */
const most = 8;

/** Several drafts at once: one in full, one in a window, the others in the bar. All keep what they hold. */
export function useDrafts(): Drafts {
  const [items, setItems] = useState<readonly OpenDraft[]>([]);
  const [, redraw] = useState(0);
  const notes = useRef(new Map<string, DraftNote>());

  /** Makes room for a draft in `mode`: only one has it. */
  const putAway = useCallback(
    (list: readonly OpenDraft[], mode: DraftMode, key: string): OpenDraft[] =>
      list
        .filter(
          item =>
            item.draft.key === key ||
            item.mode !== mode ||
            mode === 'mini' ||
            (notes.current.get(item.draft.key)?.worthKeeping ?? true),
        )
        .map(item =>
          item.draft.key !== key && item.mode === mode && mode !== 'mini'
            ? { ...item, mode: 'mini' as const }
            : item,
        ),
    [],
  );

  const open = useCallback(
    (draft: Draft): void =>
      setItems(list => {
        // The same draft is not opened twice: it comes to the front.
        const same = list.find(
          item =>
            item.draft.key === draft.key ||
            (draft.serverId !== null && item.draft.serverId === draft.serverId),
        );
        const key = same?.draft.key ?? draft.key;
        const next = putAway(list, 'full', key);
        if (same) return next.map(item => (item.draft.key === key ? { ...item, mode: 'full' } : item));
        return [...next.slice(Math.max(0, next.length - most + 1)), { draft, mode: 'full' }];
      }),
    [putAway],
  );
  const close = useCallback((key: string): void => {
    notes.current.delete(key);
    setItems(list => list.filter(item => item.draft.key !== key));
  }, []);
  const setMode = useCallback(
    (key: string, mode: DraftMode): void =>
      setItems(list =>
        putAway(list, mode, key).map(item => (item.draft.key === key ? { ...item, mode } : item)),
      ),
    [putAway],
  );
  const leave = useCallback((): void => setItems(list => putAway(list, 'full', '')), [putAway]);
  const tell = useCallback((key: string, note: DraftNote): void => {
    const before = notes.current.get(key);
    notes.current.set(key, note);
    if (before?.subject !== note.subject) redraw(value => value + 1);
  }, []);
  const noteOf = useCallback((key: string) => notes.current.get(key), []);
  const full = items.find(({ mode }) => mode === 'full') ?? null;
  return useMemo(
    () => ({ items, full, open, close, setMode, leave, tell, noteOf }),
    [items, full, open, close, setMode, leave, tell, noteOf],
  );
}
