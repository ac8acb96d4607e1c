import { useEffect, useState } from 'react';
import type { MailApp } from '../mail-app.ts';

/** Which menu a key has just asked for: 1, else 0. */
export interface MenuSignals {
  readonly move: number;
  readonly label: number;
}

const none: MenuSignals = { move: 0, label: 0 };

interface MenuKeys {
  /** For the menus over chosen rows. */
  readonly list: MenuSignals;
  /** For those over the open mail. */
  readonly reader: MenuSignals;
  readonly move: () => void;
  readonly label: () => void;
}

/** Keys that open the menus 移动 and 标签: over chosen rows, else over the open mail, else for the row one stands on. */
export function useMenuKeys(app: MailApp): MenuKeys {
  const [list, setList] = useState(none);
  const [reader, setReader] = useState(none);
  // Heard by then: a menu that is made later does not open by itself.
  useEffect(() => {
    setList(none);
    setReader(none);
  }, [list, reader]);
  const ask = (menu: keyof MenuSignals) => (): void => {
    const chosen = app.selection.size > 0;
    if (!chosen && !app.route.mailId) {
      const [row] = app.targets;
      if (!row) return;
      app.chooseInPassing(row);
    }
    const set = chosen || !app.route.mailId ? setList : setReader;
    set({ ...none, [menu]: 1 });
  };
  return { list, reader, move: ask('move'), label: ask('label') };
}
