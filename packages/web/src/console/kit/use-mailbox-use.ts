import { useEffect, useRef, useState } from 'react';
import { useConsole } from '../session.ts';

/** Each is a mailbox that the server looks into. */
const atOnce = 25;

/** What mailboxes use, asked for in pieces after the list itself is there; nothing while unknown. */
export function useMailboxUse<Use extends { readonly id: number }>(
  path: string,
  parameter: string,
  ids: readonly number[],
): ReadonlyMap<number, Use> {
  const { api } = useConsole();
  const [known, setKnown] = useState<ReadonlyMap<number, Use>>(new Map());
  const asked = useRef(new Set<number>());
  useEffect(() => {
    const fresh = ids.filter(id => !asked.current.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) asked.current.add(id);
    void (async () => {
      for (let at = 0; at < fresh.length; at += atOnce) {
        const some = fresh.slice(at, at + atOnce);
        try {
          const { items } = await api.get<{ items: readonly Use[] }>(path, { [parameter]: some });
          setKnown(before => new Map([...before, ...items.map(item => [item.id, item] as const)]));
        } catch {
          // The table does without; the next visit asks again.
          for (const id of some) asked.current.delete(id);
          return;
        }
      }
    })();
  }, [api, path, parameter, ids]);
  return known;
}
