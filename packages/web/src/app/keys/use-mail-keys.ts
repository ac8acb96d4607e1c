import { useEffect, useRef } from 'react';
import type { ReplyKind } from '../../features/composer/reply.ts';
import type { MailApp } from '../mail-app.ts';
import type { MailKey } from './mail-keys.ts';
import { type Handler, isTyping, type Shortcuts } from './shortcuts.ts';

interface MailKeyActions {
  readonly compose: () => void;
  readonly respond: (kind: ReplyKind, mailId: string) => void;
  readonly search: () => void;
  readonly help: () => void;
  readonly move: () => void;
  readonly label: () => void;
  readonly snooze: () => boolean;
  readonly open: (mailId: string) => void;
}

/** What the keys of list and reader do. */
export function useMailKeys(app: MailApp, shortcuts: Shortcuts, actions: MailKeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const go = (folder: string) => (): void => app.go({ kind: 'folder', folder });
    const respond = (kind: ReplyKind) => (): boolean => {
      const id = app.route.mailId;
      if (!id) return false;
      const row = app.store.row(id);
      const newest = row
        ? app.store
            .threadOf(row)
            .filter(mail => !('$draft' in mail.keywords))
            .at(-1)
        : undefined;
      latest.current.respond(kind, newest?.id ?? id);
      return true;
    };
    const open = (): boolean => {
      if (!app.cursor) return false;
      latest.current.open(app.cursor);
      return true;
    };
    const remove = (): boolean => {
      if (app.targets.length === 0) return false;
      if (app.mailbox?.role === 'trash') return app.askDestroy();
      void app.fileTo('trash');
      return true;
    };
    const select = (): boolean => {
      if (!app.cursor) return false;
      app.toggle(app.cursor);
      return true;
    };
    // Text of a mail or a page is chosen as anywhere.
    const selectAll = (event: KeyboardEvent): boolean => {
      const inList = event.target instanceof Element && event.target.closest('.list') !== null;
      if (isTyping(event) || app.route.page || (app.route.mailId && !inList)) return false;
      void app.selectAll();
      return true;
    };
    const escape = (): boolean => {
      if (app.isChoosing) app.clearSelection();
      else if (app.route.mailId) app.open(null);
      else return false;
      return true;
    };
    const table: Readonly<Record<MailKey, Handler>> = {
      '/': () => latest.current.search(),
      c: () => latest.current.compose(),
      'g i': go('inbox'),
      'g d': go('drafts'),
      'g s': go('sent'),
      'g a': go('archive'),
      z: () => app.toasts.act(),
      '?': () => latest.current.help(),
      Escape: escape,
      u: escape,
      j: () => app.move(1),
      ArrowDown: () => app.move(1),
      k: () => app.move(-1),
      ArrowUp: () => app.move(-1),
      Home: () => app.moveTo('first'),
      End: () => app.moveTo('last'),
      'Shift+ArrowDown': () => app.extendBy(1),
      'Shift+ArrowUp': () => app.extendBy(-1),
      Enter: open,
      o: open,
      x: select,
      'Ctrl+a': selectAll,
      e: () => void app.fileTo('archive'),
      Delete: remove,
      '#': remove,
      'Shift+Delete': () => app.askDestroy(),
      s: () => void app.toggleStar(),
      i: () => void app.toggleSeen(),
      '!': () => void app.fileTo('junk'),
      v: () => latest.current.move(),
      l: () => latest.current.label(),
      b: () => latest.current.snooze(),
      t: () => void app.setTask('todo'),
      'g t': () => app.go({ kind: 'todo' }),
      'g h': () => app.visit('home'),
      'g l': () => app.visit('contacts'),
      'g c': () => app.visit('contacts'),
      r: respond('reply'),
      a: respond('replyAll'),
      f: respond('forward'),
    };
    return shortcuts.add(table);
  }, [app, shortcuts]);
}
