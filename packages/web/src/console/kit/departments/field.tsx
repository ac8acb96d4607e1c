import { type ReactElement, useId, useMemo, useRef, useState } from 'react';
import { IconChevronDown } from '../../../ui/icons.ts';
import { DepartmentPanel } from './panel.tsx';
import { type DepartmentEntry, departmentPath } from './rows.ts';
import './departments.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** The label is for screen readers only: among filters, or where the field says it itself. */
  readonly bare?: boolean;
  readonly entries: readonly DepartmentEntry[];
  /** 0: what `none` says. */
  readonly value: number;
  /** Words of the choice 0; left out: there is no such choice. */
  readonly none?: string;
  readonly disabled?: boolean;
  readonly onChange: (id: number) => void;
}

/** One department: its path in a field that opens the tree below it. */
export function DepartmentField(props: FieldProps): ReactElement {
  const { label, entries, value, none, onChange } = props;
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const choices = useMemo(
    () => (none === undefined ? entries : [{ id: 0, name: none, depth: 0 }, ...entries]),
    [entries, none],
  );
  const shown = value === 0 ? (none ?? '') : (departmentPath(entries, value) ?? `#${value}`);

  function choose(next: number): void {
    setOpen(false);
    opener.current?.focus();
    if (next !== value) onChange(next);
  }

  return (
    <div
      className={props.bare ? 'department-field' : 'department-field console-field'}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open) return;
        // Only the list closes, not the dialog that it is in.
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        opener.current?.focus();
      }}
      onBlur={event => {
        const next = event.relatedTarget;
        // A press on words inside gives the focus to what is around all of this first: the dialog, the page.
        if (next && !event.currentTarget.contains(next) && !next.contains(event.currentTarget))
          setOpen(false);
      }}
    >
      <span id={`${id}-label`} className={props.bare ? 'hidden-visually' : 'field-label'}>
        {label}
      </span>
      <button
        ref={opener}
        type="button"
        id={id}
        className="field department-value"
        aria-labelledby={`${id}-label ${id}`}
        aria-expanded={open}
        aria-describedby={props.hint ? `${id}-note` : undefined}
        disabled={props.disabled}
        title={shown}
        onClick={() => setOpen(!open)}
      >
        <span className="clip grow">{shown || label}</span>
        <IconChevronDown className={open ? 'icon open' : 'icon'} size={16} />
      </button>
      {open && (
        <DepartmentPanel
          label={label}
          entries={choices}
          value={new Set([value])}
          many={false}
          autoFocus
          onToggle={choose}
        />
      )}
      {props.hint && (
        <p className="meta" id={`${id}-note`}>
          {props.hint}
        </p>
      )}
    </div>
  );
}
