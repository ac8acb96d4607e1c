import type { ReactElement } from 'react';
import { useTexts } from '../lib/language.ts';
import { Dialog } from '../ui/dialog.tsx';

/** The map of keys, on `?`. */
export function ShortcutSheet({ onClose }: { onClose: () => void }): ReactElement {
  const texts = useTexts();
  const { keys } = texts;
  const groups = [
    [
      keys.anywhere,
      [
        ['/', keys.search],
        ['c', keys.compose],
        ['g i / g s / g d / g a', keys.goInbox],
        ['g t / g h / g c', keys.goTodo],
        ['z', keys.undo],
        ['?', keys.help],
        ['Esc', keys.escape],
      ],
    ],
    [
      keys.list,
      [
        ['k ↑ / j ↓', keys.move],
        ['Home / End', keys.ends],
        ['Enter o', keys.open],
        ['x', keys.select],
        ['Shift ↑ / Shift ↓', keys.extend],
        ['Ctrl A', keys.selectAll],
        ['e', keys.archive],
        ['Delete #', keys.remove],
        ['Shift Delete', keys.destroy],
        ['s', keys.star],
        ['i', keys.read],
        ['!', keys.junk],
        ['v', keys.moveTo],
        ['l', keys.label],
        ['t', keys.todo],
        ['b', keys.snooze],
      ],
    ],
    [
      keys.reader,
      [
        ['r / a / f', keys.reply],
        ['u', keys.back],
      ],
    ],
    [
      keys.composer,
      [
        ['Ctrl Enter', keys.send],
        ['Ctrl S', keys.save],
        ['Esc', texts.compose.close],
      ],
    ],
  ] as const;
  return (
    <Dialog title={keys.title} onClose={onClose} wide>
      <div className="key-sheet">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split(' / ').map((way, at) => (
                      <span key={way}>
                        {at > 0 && '/ '}
                        {way.split(' ').map(part => (
                          <kbd key={part} className="key">
                            {part}
                          </kbd>
                        ))}
                      </span>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {texts.mail.close}
        </button>
      </div>
    </Dialog>
  );
}
