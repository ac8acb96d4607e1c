import { type ReactElement, useEffect, useId, useMemo, useState } from 'react';
import { IconX } from '../../ui/icons.ts';
import type { Page } from '../api.ts';
import { may, useConsole } from '../session.ts';
import { useConsoleTexts } from '../texts.ts';
import { ManyOf } from './choices.tsx';
import { DepartmentPanel } from './departments/panel.tsx';
import { LoadState } from './load-state.tsx';
import { useDepartments, useTags } from './organisation.ts';
import './pickers.css';

/** A member as the pickers know one. */
export interface Person {
  readonly id: number;
  readonly address: string;
  readonly name: string;
}

/** Wait after a key before the server is asked, ms. */
const typingMs = 200;
const mostShown = 8;

function useMemberSearch(text: string): readonly Person[] | null {
  const { api, session } = useConsole();
  const path = may(session, 'members', 'view') ? '/members' : '/book';
  const [found, setFound] = useState<readonly Person[] | null>(null);
  useEffect(() => {
    if (text.trim() === '') {
      setFound(null);
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      api.get<Page<Person>>(path, { q: text.trim(), limit: mostShown }).then(
        ({ items }) => {
          if (wanted) setFound(items);
        },
        () => {
          if (wanted) setFound([]);
        },
      );
    }, typingMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, path, text]);
  return found;
}

interface PeoplePickerProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: readonly Person[];
  /** At most one. */
  readonly single?: boolean;
  readonly onChange: (people: Person[]) => void;
}

/** Chooses members by name, pinyin or address: those chosen stand below the field. */
export function PeoplePicker({ label, hint, value, single, onChange }: PeoplePickerProps): ReactElement {
  const words = useConsoleTexts().sharing.pick;
  const id = useId();
  const [text, setText] = useState('');
  const found = useMemberSearch(text);
  const fresh = found?.filter(person => !value.some(chosen => chosen.id === person.id)) ?? [];

  function choose(person: Person): void {
    onChange(single ? [person] : [...value, person]);
    setText('');
    document.getElementById(id)?.focus();
  }

  return (
    <div className="console-field people-picker">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        type="search"
        autoComplete="off"
        placeholder={words.searchHint}
        value={text}
        aria-describedby={hint ? `${id}-note` : undefined}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          const first = fresh[0];
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (first) choose(first);
        }}
      />
      {found !== null && (
        <ul className="pick-list" aria-label={words.search} aria-live="polite">
          {fresh.map(person => (
            <li key={person.id}>
              <button type="button" onClick={() => choose(person)}>
                <span>{person.name}</span> <span className="meta">{person.address}</span>
              </button>
            </li>
          ))}
          {fresh.length === 0 && <li className="meta">{words.none}</li>}
        </ul>
      )}
      {hint && (
        <p className="meta" id={`${id}-note`}>
          {hint}
        </p>
      )}
      {value.length > 0 && (
        <ul className="picked" aria-label={label}>
          {value.map(person => (
            <li key={person.id} className="chip" title={person.address}>
              {person.name || person.address}
              <button
                type="button"
                aria-label={words.remove(person.name || person.address)}
                onClick={() => onChange(value.filter(other => other.id !== person.id))}
              >
                <IconX className="icon" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface IdsPickerProps {
  readonly label?: string;
  readonly hint?: string;
  readonly value: readonly number[];
  readonly onChange: (ids: number[]) => void;
}

/** Chooses departments; with `whole` the company itself, which is 0. */
export function DepartmentPicker({
  label,
  hint,
  value,
  whole = false,
  onChange,
}: IdsPickerProps & { readonly whole?: boolean }): ReactElement {
  const words = useConsoleTexts().sharing.pick;
  const { session } = useConsole();
  const departments = useDepartments();
  const name = label ?? words.departments;
  const company = whole ? session.company.name || words.whole : null;
  const all = departments.value;
  const entries = useMemo(
    () => [
      ...(company === null ? [] : [{ id: 0, name: company, depth: 0 }]),
      ...(all ?? []).map(({ id, name: called, depth }) => ({
        id,
        name: called,
        depth: depth + (company === null ? 0 : 1),
      })),
    ],
    [all, company],
  );
  const chosen = useMemo(() => new Set(value), [value]);
  return (
    <>
      <LoadState of={departments} />
      <fieldset className="console-choices">
        <legend>{name}</legend>
        {hint && <p className="meta">{hint}</p>}
        {entries.length === 0 ? (
          <p className="meta">{words.noDepartments}</p>
        ) : (
          <DepartmentPanel
            // The tree opens at what is chosen, once it is there.
            key={departments.value === null ? 'waiting' : 'read'}
            many
            label={name}
            entries={entries}
            value={chosen}
            onToggle={id => onChange(chosen.has(id) ? value.filter(other => other !== id) : [...value, id])}
          />
        )}
        {value.length > 0 && <p className="meta">{words.departmentsChosen(value.length)}</p>}
      </fieldset>
    </>
  );
}

/** Chooses tags; nothing to be seen where there are none. */
export function TagPicker({ label, hint, value, onChange }: IdsPickerProps): ReactElement | null {
  const words = useConsoleTexts().sharing.pick;
  const tags = useTags();
  if (tags.value?.length === 0) return null;
  return (
    <>
      <LoadState of={tags} />
      <ManyOf
        label={label ?? words.tags}
        {...(hint ? { hint } : {})}
        none={words.noTags}
        value={value}
        choices={(tags.value ?? []).map(({ id, name }) => ({ id, label: name }))}
        onChange={onChange}
      />
    </>
  );
}
