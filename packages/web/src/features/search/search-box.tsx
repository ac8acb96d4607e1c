import { type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { searchToken } from '../../jmap/query.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconHistory, IconMail, IconSearch, IconUser, IconX } from '../../ui/icons.ts';
import { Conditions } from './conditions.tsx';
import { Marked } from './marked.tsx';
import { forgetSearches, recentSearches, rememberSearch } from './recent.ts';
import { type Suggestions, suggest } from './snippets.ts';
import './search.css';

/** After this long without a key the server is asked. */
const askAfterMs = 50;

interface Option {
  readonly key: string;
  readonly content: ReactElement;
  readonly run: () => void;
}

interface SearchBoxProps {
  readonly app: MailApp;
  readonly field: React.RefObject<HTMLInputElement | null>;
  /** Leaves whatever stands in place of the list. */
  readonly onSearch: () => void;
}

/** The search field with its panel: recent searches, people, mails, conditions; all by keys, too. */
export function SearchBox({ app, field, onSearch }: SearchBoxProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.search;
  const id = useId();
  const { store } = app;
  const { accountId } = store.client;
  const { place } = app.route;
  const shown = place.kind === 'search' ? place.text : '';
  const [text, setText] = useState(shown);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [told, setTold] = useState<Suggestions | null>(null);
  const [forgotten, setForgotten] = useState(0);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => setText(shown), [shown]);
  const wanted = text.trim();

  useEffect(() => {
    if (!open || !wanted) return undefined;
    let over = false;
    const timer = setTimeout(() => {
      suggest(store, wanted).then(
        found => {
          if (!over) setTold(found);
        },
        // Suggestions are a help: the search itself tells what is wrong.
        () => undefined,
      );
    }, askAfterMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [store, open, wanted]);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  function type(next: string): void {
    setText(next);
    setAt(-1);
    setOpen(true);
  }

  function search(what: string): void {
    setOpen(false);
    if (what) {
      rememberSearch(accountId, what);
      setText(what);
      onSearch();
      app.go({ kind: 'search', text: what });
      field.current?.blur();
    } else if (shown) app.go({ kind: 'folder', folder: 'inbox' });
  }

  /** Puts a condition into the text and leaves the cursor where its value goes. */
  function add(condition: string): void {
    const next = `${text.trimEnd()}${text.trim() ? ' ' : ''}${condition}`;
    type(condition.endsWith(':') ? next : `${next} `);
    field.current?.focus();
  }

  const recent = useMemo(
    () => (open && !wanted ? recentSearches(accountId) : []),
    // `forgotten` says that they were cleared.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [open, wanted, accountId, forgotten],
  );
  const found = told && wanted && (told.text === wanted || wanted.startsWith(told.text)) ? told : null;
  const options: Option[] = wanted
    ? [
        {
          key: 'all',
          content: (
            <>
              <IconSearch className="icon" size={16} />
              <span className="clip">{words.searchFor(wanted)}</span>
            </>
          ),
          run: () => search(wanted),
        },
        ...(found?.people ?? []).map(person => ({
          key: person.email,
          content: (
            <>
              <IconUser className="icon" size={16} />
              <span className="clip">{words.mailsOf(displayName(person))}</span>
              <span className="meta clip">{person.email}</span>
            </>
          ),
          run: () => search(searchToken('from', person.email)),
        })),
        ...(found?.mails ?? []).map(({ row, snippet }) => ({
          key: row.id,
          content: (
            <>
              <IconMail className="icon" size={16} />
              <span className="search-mail">
                <span className="clip">
                  {snippet?.subject ? (
                    <Marked pieces={snippet.subject} />
                  ) : (
                    row.subject?.trim() || texts.list.noSubject
                  )}
                </span>
                <span className="meta clip">
                  {row.from?.[0] ? displayName(row.from[0]) : texts.list.noSender}{' '}
                  {snippet?.preview && <Marked pieces={snippet.preview} />}
                </span>
              </span>
              <time className="meta">{listTime(new Date(row.receivedAt), new Date(), language)}</time>
            </>
          ),
          run: () => {
            search(wanted);
            app.open(row.id);
          },
        })),
      ]
    : recent.map(one => ({
        key: one,
        content: (
          <>
            <IconHistory className="icon" size={16} />
            <span className="clip">{one}</span>
          </>
        ),
        run: () => search(one),
      }));

  function key(event: React.KeyboardEvent<HTMLInputElement>): void {
    // Enter that accepts a candidate of the input method does not search.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = options.length + 1;
      setAt(((at + 1 + step + count) % count) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = open ? options[at] : undefined;
      if (chosen) chosen.run();
      else search(wanted);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open) setOpen(false);
      else event.currentTarget.blur();
    }
  }

  return (
    <form
      ref={box}
      className="search"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        search(wanted);
      }}
    >
      <IconSearch className="icon" size={16} />
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label={texts.top.search}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && options[at] ? `${id}-${at}` : undefined}
        placeholder={texts.top.search}
        autoComplete="off"
        maxLength={500}
        value={text}
        enterKeyHint="search"
        onFocus={() => setOpen(true)}
        onChange={event => type(event.target.value)}
        onKeyDown={key}
      />
      {text ? (
        <button
          type="button"
          aria-label={texts.top.clearSearch}
          onClick={() => {
            setText('');
            setOpen(false);
            if (shown) app.go({ kind: 'folder', folder: 'inbox' });
          }}
        >
          <IconX className="icon" size={16} />
        </button>
      ) : (
        <kbd className="key">/</kbd>
      )}
      {open && (
        <div className="search-panel">
          {!wanted && recent.length > 0 && (
            <div className="row search-head">
              <span className="meta grow">{words.recent}</span>
              <button
                type="button"
                className="link"
                onClick={() => {
                  forgetSearches(accountId);
                  setForgotten(forgotten + 1);
                }}
              >
                {words.forget}
              </button>
            </div>
          )}
          <ul role="listbox" id={`${id}-list`} aria-label={words.panel}>
            {options.map((option, index) => (
              <li
                key={option.key}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                onMouseDown={event => event.preventDefault()}
                onClick={option.run}
              >
                {option.content}
              </li>
            ))}
          </ul>
          <Conditions app={app} onAdd={add} />
        </div>
      )}
    </form>
  );
}
