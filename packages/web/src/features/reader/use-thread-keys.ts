import { type RefObject, useEffect, useRef, useState } from 'react';
import type { ConversationKey } from '../../app/keys/mail-keys.ts';
import type { Handler, Shortcuts } from '../../app/keys/shortcuts.ts';

/** The mails of an open conversation, in order. */
interface ThreadKeys {
  readonly shortcuts: Shortcuts;
  /** Where they are shown: each has its id in `data-member`. */
  readonly body: RefObject<HTMLElement | null>;
  readonly members: readonly string[];
  /** The mail one begins at. */
  readonly mailId: string;
  readonly unfold: (id: string) => void;
}

/** `n` and `p` go to the next and the previous mail of a conversation: it is unfolded, seen from its top, and has the focus. */
export function useThreadKeys(thread: ThreadKeys): void {
  const latest = useRef(thread);
  latest.current = thread;
  const { shortcuts, body, mailId } = thread;
  // A new object each time, so that one comes back to where the screen was scrolled away from.
  const [standing, setStanding] = useState<{ readonly of: string; readonly id: string } | null>(null);
  const at = useRef(standing);
  at.current = standing;

  useEffect(() => {
    const go = (step: number) => (): boolean => {
      const { members, mailId: asked, unfold } = latest.current;
      const from = members.indexOf(at.current?.of === asked ? at.current.id : asked);
      const next = members[from + step];
      if (from < 0 || next === undefined) return false;
      unfold(next);
      setStanding({ of: asked, id: next });
      return true;
    };
    const keys: Readonly<Record<Exclude<ConversationKey, 'd'>, Handler>> = { n: go(1), p: go(-1) };
    return shortcuts.add(keys);
  }, [shortcuts]);

  useEffect(() => {
    if (!standing || standing.of !== mailId) return;
    const mail = [...(body.current?.querySelectorAll<HTMLElement>('[data-member]') ?? [])].find(
      element => element.dataset['member'] === standing.id,
    );
    mail?.focus({ preventScroll: true });
    mail?.scrollIntoView({ block: 'start' });
  }, [standing, mailId, body]);
}
