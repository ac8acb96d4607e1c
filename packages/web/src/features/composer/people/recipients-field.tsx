import { type ReactElement, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { Suggestion } from '../../../jmap/mail-store.ts';
import type { Address } from '../../../jmap/types.ts';
import { displayName, fullAddress, isAddress, parseAddresses } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconUsers, IconX } from '../../../ui/icons.ts';
import { groupMembers } from '../checks/checks.ts';

interface RecipientsFieldProps {
  readonly app: MailApp;
  readonly label: string;
  readonly value: readonly Address[];
  readonly autoFocus?: boolean;
  readonly tail?: ReactNode;
  readonly onChange: (value: readonly Address[]) => void;
  /** What is typed and not yet a recipient. */
  readonly onPending: (text: string) => void;
}

/** People's addresses as chips: typing, pasting many, suggestions from mail one has seen (CMP-02). */
export function RecipientsField({
  app,
  label,
  value,
  autoFocus = false,
  tail,
  onChange,
  onPending,
}: RecipientsFieldProps): ReactElement {
  const texts = useTexts();
  const { store } = app;
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const known = useMemo(() => (text.trim() ? store.suggest(text.trim(), value) : []), [store, text, value]);
  const [told, setTold] = useState<{ readonly text: string; readonly list: readonly Suggestion[] } | null>(
    null,
  );
  useEffect(() => {
    const wanted = text.trim();
    if (!wanted) return undefined;
    let stale = false;
    store.suggestRecipients(wanted, value).then(
      list => {
        if (!stale) setTold({ text: wanted, list });
      },
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [store, text, value]);
  // What this browser knows is there at once; the server's answer, with colleagues and contacts, replaces it.
  const suggestions: readonly Suggestion[] =
    told && told.text === text.trim() && text.trim() ? told.list : known;

  function type(next: string): void {
    setText(next);
    setAt(0);
    onPending(next.trim());
  }

  function take(raw: string): void {
    const { addresses, rest } = parseAddresses(raw);
    if (addresses.length)
      onChange([
        ...value,
        ...addresses.filter(
          ({ email }) => !value.some(other => other.email.toLowerCase() === email.toLowerCase()),
        ),
      ]);
    type(rest);
  }

  function add(people: readonly Address[]): void {
    const known = new Set(value.map(({ email }) => email.toLowerCase()));
    onChange([...value, ...people.filter(({ email }) => !known.has(email.toLowerCase()))]);
  }

  /** A person, or a group of one's own contacts, taken apart into its members. */
  function choose({ name, email, groupId }: Suggestion): void {
    type('');
    input.current?.focus();
    if (!groupId) return add([{ name, email }]);
    groupMembers(store, groupId).then(
      members => {
        if (members.length === 0) app.toasts.show({ text: texts.compose.picker.emptyGroup, tone: 'error' });
        else add(members);
      },
      (error: unknown) => app.report(error),
    );
  }

  function key(event: React.KeyboardEvent<HTMLInputElement>): void {
    // Enter that accepts a candidate of the input method adds nobody.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (suggestions.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : suggestions.length - 1)) % suggestions.length);
    } else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
      const suggestion = suggestions[at];
      if (suggestion) {
        event.preventDefault();
        choose(suggestion);
      } else if (text.trim()) {
        if (event.key === 'Enter') event.preventDefault();
        take(text);
      } else if (event.key === 'Enter') event.preventDefault();
    } else if (event.key === 'Backspace' && !text && value.length) onChange(value.slice(0, -1));
    else if (event.key === 'Escape' && suggestions.length) {
      event.stopPropagation();
      type('');
    }
  }

  return (
    <div
      className="compose-line"
      onClick={event => event.target === event.currentTarget && input.current?.focus()}
    >
      <label htmlFor={id}>{label}</label>
      <div className="recipients">
        {value.map(address => (
          <span
            key={address.email}
            className={isAddress(address.email) ? 'recipient' : 'recipient bad'}
            title={fullAddress(address)}
          >
            <span className="clip">{displayName(address)}</span>
            <button
              type="button"
              aria-label={texts.compose.removeRecipient(displayName(address))}
              onClick={() => onChange(value.filter(other => other !== address))}
            >
              <IconX className="icon" size={14} />
            </button>
          </span>
        ))}
        <span className="recipient-input">
          <input
            ref={input}
            id={id}
            value={text}
            autoFocus={autoFocus}
            autoComplete="off"
            spellCheck={false}
            role="combobox"
            aria-expanded={suggestions.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={suggestions.length ? `${id}-${at}` : undefined}
            onChange={event => {
              const next = event.target.value;
              if (/[,;，；、\n]/.test(next) && !(event.nativeEvent as InputEvent).isComposing) take(next);
              else type(next);
            }}
            onKeyDown={key}
            onBlur={() => text.trim() && take(text)}
            onPaste={event => {
              const pasted = event.clipboardData.getData('text/plain');
              if (/[,;，；\n<]/.test(pasted)) {
                event.preventDefault();
                take(`${text}${pasted}`);
              }
            }}
          />
          {suggestions.length > 0 && (
            <ul className="suggestions" role="listbox" id={`${id}-list`} aria-label={label}>
              {suggestions.map((address, index) => (
                <li
                  key={address.groupId ?? address.email}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  onMouseDown={event => {
                    event.preventDefault();
                    choose(address);
                  }}
                >
                  {address.groupId && <IconUsers className="icon" size={16} />}
                  <span className="clip">{address.groupId ? address.name : displayName(address)}</span>{' '}
                  <span className="meta clip">
                    {address.groupId ? texts.compose.picker.groups : address.email}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </span>
      </div>
      {tail}
    </div>
  );
}
