import { type ReactElement, useId, useState } from 'react';
import { IconSearch } from '../ui/icons.ts';
import type { ConsolePage } from './pages.tsx';
import { useConsoleTexts } from './texts.ts';

/** Finds a page by its name or by a setting on it. */
export function PageSearch({
  pages,
  onChoose,
}: {
  readonly pages: readonly ConsolePage[];
  readonly onChoose: (key: string) => void;
}): ReactElement {
  const texts = useConsoleTexts();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim().toLowerCase();
  const found = wanted
    ? pages
        .filter(page =>
          [page.label(texts), texts.shell.groups[page.group], ...(page.words?.(texts) ?? [])].some(word =>
            word.toLowerCase().includes(wanted),
          ),
        )
        .slice(0, 8)
    : [];

  function choose(page: ConsolePage | undefined): void {
    if (!page) return;
    setText('');
    onChoose(page.key);
  }

  return (
    <div className="search page-search">
      <IconSearch className="icon" size={16} />
      <input
        type="search"
        role="combobox"
        aria-label={texts.shell.search}
        aria-expanded={wanted !== ''}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? `${id}-${at}` : undefined}
        placeholder={texts.shell.search}
        value={text}
        onChange={event => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            const step = event.key === 'ArrowDown' ? 1 : found.length - 1;
            if (found.length) setAt((at + step) % found.length);
          } else if (event.key === 'Enter') choose(found[at]);
          else if (event.key === 'Escape') setText('');
        }}
        onBlur={() => setText('')}
      />
      {wanted && (
        <ul className="suggestions" role="listbox" id={`${id}-list`} aria-label={texts.shell.search}>
          {found.map((page, index) => (
            <li
              key={page.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={event => {
                event.preventDefault();
                choose(page);
              }}
            >
              {page.label(texts)} <span className="meta">{texts.shell.groups[page.group]}</span>
            </li>
          ))}
          {found.length === 0 && (
            <li role="option" aria-selected={false} aria-disabled="true">
              {texts.shell.searchNone(text.trim())}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
