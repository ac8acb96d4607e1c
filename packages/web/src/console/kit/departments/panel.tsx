import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import { IconChevronDown } from '../../../ui/icons.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type DepartmentEntry, departmentRows, linesTo } from './rows.ts';
import './departments.css';

interface PanelProps {
  readonly label: string;
  readonly entries: readonly DepartmentEntry[];
  readonly value: ReadonlySet<number>;
  readonly many: boolean;
  readonly autoFocus?: boolean;
  /** The one that was chosen, or whose box was changed. */
  readonly onToggle: (id: number) => void;
}

/** Up to so many the whole tree is open, and needs no search. */
const small = 12;
const rowHeight = 36;

/** Departments to choose from: a tree of which only what is on the screen is in the document, with a search above it. */
export function DepartmentPanel(props: PanelProps): ReactElement {
  const { entries, value, many, onToggle } = props;
  const words = useConsoleTexts().sharing.pick;
  const name = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map());
  // What was chosen when it opened is to be seen; a choice made now moves nothing.
  const [chosenFirst] = useState(value);
  const lines = useMemo(() => linesTo(entries, chosenFirst), [entries, chosenFirst]);
  const few = entries.length <= small;
  const rows = useMemo(
    () => departmentRows(entries, text, id => toggled.get(id) ?? (few || id === 0 || lines.has(id))),
    [entries, text, toggled, few, lines],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    initialOffset: () => {
      const at = rows.findIndex(({ id }) => value.has(id));
      return at < 4 ? 0 : (at - 2) * rowHeight;
    },
    overscan: 6,
  });
  const setOpen = (id: number, open: boolean): void => setToggled(new Map([...toggled, [id, open]]));

  /** Up and down go from line to line, right and left open and close; what is chosen stays until it is pressed. */
  function press(event: KeyboardEvent<HTMLElement>): void {
    const { target, key } = event;
    if (!(target instanceof HTMLInputElement) || target.type === 'search') return;
    const at = Number(target.dataset['row']);
    const row = rows[at];
    if (!row) return;
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      focusRow(at + step);
    } else if ((key === 'ArrowRight' && row.open === false) || (key === 'ArrowLeft' && row.open === true)) {
      event.preventDefault();
      setOpen(row.id, key === 'ArrowRight');
    } else if (key === 'Enter') {
      event.preventDefault();
      onToggle(row.id);
    }
  }

  // Without a search the focus goes to what is chosen.
  const focusFirst = few && props.autoFocus === true;
  useEffect(() => {
    if (!focusFirst) return;
    const rowsOf = scroller.current;
    (rowsOf?.querySelector<HTMLInputElement>('input:checked') ?? rowsOf?.querySelector('input'))?.focus();
  }, [focusFirst]);

  function focusRow(at: number): void {
    if (at < 0 || at >= rows.length) return;
    virtual.scrollToIndex(at);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLInputElement>(`input[data-row="${at}"]`)?.focus(),
    );
  }

  return (
    <div className="department-panel" onKeyDown={press}>
      {!few && (
        <input
          className="field"
          type="search"
          aria-label={words.searchDepartments}
          placeholder={words.searchDepartments}
          autoComplete="off"
          autoFocus={props.autoFocus}
          maxLength={64}
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'ArrowDown') focusRow(0);
            // In a form Enter would send it.
            if (event.key === 'Enter' || event.key === 'ArrowDown') event.preventDefault();
          }}
        />
      )}
      <p className="hidden-visually" role="status">
        {text.trim() !== '' && words.departmentsFound(rows.length)}
      </p>
      <div
        ref={scroller}
        className="department-rows"
        role="group"
        aria-label={props.label}
        style={{ height: Math.min(Math.max(rows.length, 1), 7) * rowHeight }}
      >
        {rows.length === 0 ? (
          <p className="meta">{text.trim() === '' ? words.noDepartments : words.noneFound}</p>
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(item => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <div
                  key={row.id}
                  className="department-row"
                  data-depth={Math.min(row.depth, 8)}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {row.open === null ? (
                    <span className="department-toggle" />
                  ) : (
                    <button
                      type="button"
                      className="department-toggle"
                      aria-expanded={row.open}
                      aria-label={row.open ? words.collapse(row.name) : words.expand(row.name)}
                      onClick={() => setOpen(row.id, !row.open)}
                    >
                      <IconChevronDown className={row.open ? 'icon open' : 'icon'} size={16} />
                    </button>
                  )}
                  <label title={row.above ? `${row.above} / ${row.name}` : row.name}>
                    <input
                      type={many ? 'checkbox' : 'radio'}
                      name={many ? undefined : name}
                      data-row={item.index}
                      checked={value.has(row.id)}
                      onChange={() => onToggle(row.id)}
                      onClick={() => {
                        // What is chosen already can be taken again: the list closes.
                        if (!many && value.has(row.id)) onToggle(row.id);
                      }}
                    />
                    <span className="clip">{row.name}</span>
                    {row.above && <span className="meta clip">{row.above}</span>}
                  </label>
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
