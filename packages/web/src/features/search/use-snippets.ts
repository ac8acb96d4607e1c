import { useEffect, useRef, useState } from 'react';
import type { MailStore } from '../../jmap/mail-store.ts';
import { readSnippets, type Snippet } from './snippets.ts';

const none: ReadonlyMap<string, Snippet> = new Map();

/** Where the words of a search stand in the mails on screen; each mail is asked for once. */
export function useSnippets(
  store: MailStore,
  text: string | null,
  ids: readonly string[],
): ReadonlyMap<string, Snippet> {
  const [found, setFound] = useState<{
    readonly text: string | null;
    readonly map: ReadonlyMap<string, Snippet>;
  }>({
    text: null,
    map: none,
  });
  const asked = useRef<{ text: string | null; ids: Set<string> }>({ text: null, ids: new Set() });
  if (asked.current.text !== text) asked.current = { text, ids: new Set() };
  const wanted = text === null ? '' : ids.filter(id => !asked.current.ids.has(id)).join(' ');
  useEffect(() => {
    if (text === null || !wanted) return;
    const list = wanted.split(' ');
    for (const id of list) asked.current.ids.add(id);
    readSnippets(store, text, list).then(
      map =>
        setFound(before => ({
          text,
          map: before.text === text ? new Map([...before.map, ...map]) : map,
        })),
      // Rows without marks are read all the same.
      () => undefined,
    );
  }, [store, text, wanted]);
  return found.text === text ? found.map : none;
}
