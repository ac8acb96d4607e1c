import { useEffect, useRef, useState } from 'react';
import { useConsole } from '../../session.ts';
import type { MemberUse } from './types.ts';

/** Each is a mailbox that the server looks into. */
const atOnce = 25;

/** What members use, asked for in pieces after the list itself is there; nothing while unknown. */
export function useMemberUse(ids: readonly number[]): ReadonlyMap<number, MemberUse> {
  const { api } = useConsole();
  const [known, setKnown] = useState<ReadonlyMap<number, MemberUse>>(new Map());
  const asked = useRef(new Set<number>());
  useEffect(() => {
    const fresh = ids.filter(id => !asked.current.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) asked.current.add(id);
    void (async () => {
      for (let at = 0; at < fresh.length; at += atOnce) {
        const member = fresh.slice(at, at + atOnce);
        try {
          const { items } = await api.get<{ items: readonly MemberUse[] }>('/member-use', { member });
          setKnown(before => new Map([...before, ...items.map(item => [item.id, item] as const)]));
        } catch {
          // The table does without; the next visit asks again.
          for (const id of member) asked.current.delete(id);
          return;
        }
      }
    })();
  }, [api, ids]);
  return known;
}
