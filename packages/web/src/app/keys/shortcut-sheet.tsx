import type { ReactElement } from 'react';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { mailKeys } from './mail-keys.ts';

type Ways = readonly (readonly string[])[];
type Row = readonly [ways: Ways, what: string];

/** As it stands on the key: `Ctrl+a` is pressed together, `g i` one after the other. */
function caps(key: string): string[] {
  const names: Readonly<Record<string, string>> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    a: 'A',
    s: 'S',
  };
  const together = key.length > 1 && key.includes('+');
  return key
    .split(together ? '+' : ' ')
    .map(part => (together || part.length > 1 ? (names[part] ?? part) : part));
}

/** The map of keys, on `?`. */
export function ShortcutSheet({ onClose }: { onClose: () => void }): ReactElement {
  const texts = useTexts();
  const { keys } = texts;
  const { anywhere, list, reader, conversation } = mailKeys;
  const rowsOf = (rows: readonly { readonly what: keyof typeof keys; readonly ways: Ways }[]): Row[] =>
    rows.map(({ what, ways }) => [ways, keys[what]]);
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    [keys.anywhere, rowsOf(anywhere)],
    [keys.list, rowsOf(list)],
    [keys.reader, [...rowsOf(reader), ...rowsOf(conversation)]],
    [
      keys.composer,
      [
        [[['Ctrl+Enter']], keys.send],
        [[['Ctrl+s']], keys.save],
        [[['Escape']], texts.compose.close],
      ],
    ],
  ];
  return (
    <Dialog title={keys.title} onClose={onClose} wide>
      <div className="key-sheet">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([ways, what]) => (
                <div key={ways.join()}>
                  <dt>
                    {ways.map((way, at) => (
                      <span key={way.join()}>
                        {at > 0 && '/ '}
                        {way.flatMap(caps).map((cap, nth) => (
                          // oxlint-disable-next-line react/no-array-index-key -- two of the keys may be the same
                          <kbd key={nth} className="key">
                            {cap}
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
