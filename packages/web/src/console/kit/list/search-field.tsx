import { type ReactElement, useEffect, useRef, useState } from 'react';

/** Wait after a key before the list is asked, ms. */
const typingMs = 180;

/**
 * The search of a list: what is typed is handed on when the typing pauses, at once by Enter, and never from the middle
 * of what an input method composes. Setting `value` from outside (filters cleared) changes the field.
 */
export function SearchField({
  label,
  value,
  maxLength = 200,
  className = '',
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly maxLength?: number;
  readonly className?: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function tell(next: string): void {
    clearTimeout(timer.current);
    const trimmed = next.trim();
    if (trimmed === told.current) return;
    told.current = trimmed;
    onChange(trimmed);
  }

  function later(next: string): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(next), typingMs);
  }

  return (
    <input
      className={`field search-field ${className}`}
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={label}
      title={label}
      autoComplete="off"
      maxLength={maxLength}
      value={text}
      onChange={event => {
        setText(event.target.value);
        if (!(event.nativeEvent as InputEvent).isComposing) later(event.target.value);
      }}
      onCompositionEnd={event => later(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) tell(text);
      }}
    />
  );
}
