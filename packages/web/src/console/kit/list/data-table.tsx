import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useMedia } from '../../../app/use-media.ts';
import { Formation } from '../../../ui/mark.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { useConsoleTexts } from '../../texts.ts';
import { explainProblem } from '../explain.ts';
import { Waiting } from '../waiting.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import type { ListState } from './use-list.ts';

export interface Column<Item> {
  readonly key: string;
  readonly label: string;
  /** CSS width of the grid column, for instance `2fr` or `120px`. */
  readonly width: string;
  /** The first column always shows; others can be switched off. On a phone only columns with `phone` show, below each other. */
  readonly phone?: boolean;
  readonly render: (item: Item) => ReactNode;
}

interface DataTableProps<Item> {
  /** Remembers the choice of columns under this name. */
  readonly name: string;
  readonly label: string;
  readonly list: ListState<Item>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  /** Name of a row for screen readers. */
  readonly nameOf: (item: Item) => string;
  /** One sentence on what will stand here. */
  readonly empty: ReactNode;
  /** What to press when nothing is there yet. */
  readonly emptyAction?: ReactNode;
  /** Whether the list is narrowed down: it then says so instead of `empty`, and offers to clear the filters. */
  readonly filtered?: boolean;
  readonly onClearFilters?: () => void;
  readonly onOpen?: (item: Item) => void;
  /** Buttons at the end of a row. */
  readonly rowActions?: (item: Item) => ReactNode;
  /** Width of their column: every row is a grid of its own, so it cannot come from their words. */
  readonly actionsWidth?: string;
  readonly selection?: ReadonlySet<string>;
  readonly onSelection?: (selection: ReadonlySet<string>) => void;
}

const rowHeight = 52;

/** Arrows go from row to row, Home and End to the first and last that are drawn. */
function moveByArrows(event: React.KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.data-open')) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.data-open')];
  const at = all.indexOf(event.target);
  const next =
    event.key === 'ArrowDown'
      ? all[at + 1]
      : event.key === 'ArrowUp'
        ? all[at - 1]
        : event.key === 'Home'
          ? all[0]
          : event.key === 'End'
            ? all.at(-1)
            : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function storedColumns(name: string): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(`hongyan.columns.${name}`) ?? '[]') as string[]);
  } catch {
    return new Set();
  }
}

/** A table to the edge: only the rows on screen are in the document, more are read as one scrolls. */
export function DataTable<Item>(props: DataTableProps<Item>): ReactElement {
  const { list, columns, keyOf, nameOf, selection, onSelection } = props;
  const texts = useConsoleTexts();
  const phone = useMedia('(max-width: 767px)');
  const scroller = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState(() => storedColumns(props.name));
  const shown = columns.filter(
    (column, index) => index === 0 || (phone ? column.phone : !hidden.has(column.key)),
  );
  const keepFocus = useKeptFocus(scroller, list.items);
  const lastToggled = useRef<string | null>(null);
  const virtual = useVirtualizer({
    count: list.items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? rowHeight + 24 : rowHeight),
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { more, hasMore } = list;
  useEffect(() => {
    if (hasMore && last >= list.items.length - 15) more();
  }, [last, hasMore, list.items.length, more]);

  function toggleColumn(key: string): void {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next);
    localStorage.setItem(`hongyan.columns.${props.name}`, JSON.stringify([...next]));
  }

  /** With Shift, all from the row before to this one. */
  function toggleRow(key: string, range: boolean): void {
    const next = new Set(selection);
    const keys = list.items.map(keyOf);
    const from = lastToggled.current === null ? -1 : keys.indexOf(lastToggled.current);
    const to = keys.indexOf(key);
    if (range && from !== -1)
      for (const each of keys.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each);
    else if (!next.delete(key)) next.add(key);
    lastToggled.current = key;
    onSelection?.(next);
  }

  function press(event: React.KeyboardEvent<HTMLElement>, key: string): void {
    if (event.key !== ' ' || !selection || !(event.target as HTMLElement).matches('.data-open')) return;
    event.preventDefault();
    toggleRow(key, event.shiftKey);
  }

  const filled = list.items.length > 0;
  /** What stands first opens the row. */
  const cellOf = (column: Column<Item>, index: number, item: Item): ReactNode =>
    index === 0 && props.onOpen ? (
      <button type="button" className="data-open" onClick={() => props.onOpen?.(item)}>
        {column.render(item)}
      </button>
    ) : (
      column.render(item)
    );

  const template = [
    ...(selection ? ['36px'] : []),
    ...(phone ? ['minmax(0, 1fr)'] : shown.map(({ width }) => `minmax(0, ${width})`)),
    phone ? 'max-content' : (props.actionsWidth ?? (props.rowActions ? '200px' : '104px')),
  ].join(' ');
  const check = (item: Item): ReactElement | null =>
    selection ? (
      <span role="cell">
        <input
          type="checkbox"
          aria-label={texts.shell.selectRow(nameOf(item))}
          checked={selection.has(keyOf(item))}
          onClick={event => toggleRow(keyOf(item), event.shiftKey)}
          onChange={() => undefined}
        />
      </span>
    ) : null;

  return (
    <div
      className="data-table"
      // Without rows it is no table: readers would announce one that has nothing in it.
      role={filled ? 'table' : 'group'}
      aria-label={props.label}
      aria-rowcount={filled ? (list.total ?? -1) : undefined}
    >
      {!phone && (
        <div
          className="data-head"
          role={filled ? 'row' : undefined}
          style={{ gridTemplateColumns: template }}
        >
          {selection && (
            <span role={filled ? 'columnheader' : undefined}>
              <input
                type="checkbox"
                aria-label={texts.shell.selectAll}
                checked={list.items.length > 0 && list.items.every(item => selection.has(keyOf(item)))}
                onChange={event => onSelection?.(new Set(event.target.checked ? list.items.map(keyOf) : []))}
              />
            </span>
          )}
          {shown.map(column => (
            <span key={column.key} role={filled ? 'columnheader' : undefined} className="clip">
              {column.label}
            </span>
          ))}
          <span role={filled ? 'columnheader' : undefined}>
            <Menu
              className="button plain small"
              align="end"
              label={texts.shell.columns}
              items={columns.slice(1).map(column => ({
                key: column.key,
                label: column.label,
                checked: !hidden.has(column.key),
                many: true,
                run: () => toggleColumn(column.key),
              }))}
            />
          </span>
        </div>
      )}
      {list.loading && <Waiting nothingYet={!filled} onRetry={list.refresh} />}
      {list.failure !== null && (
        <p className="notice bad" role="alert">
          {explainProblem(list.failure, texts)}{' '}
          <button type="button" className="link" onClick={list.refresh}>
            {texts.shell.retry}
          </button>
        </p>
      )}
      <div
        className="data-scroll"
        ref={scroller}
        role={filled ? 'rowgroup' : undefined}
        onKeyDown={moveByArrows}
        onFocus={keepFocus}
      >
        {!list.loading && list.failure === null && list.items.length === 0 ? (
          <div className="empty">
            <Formation width={180} />
            <div>{props.filtered ? texts.shell.emptyFiltered : props.empty}</div>
            {props.filtered && props.onClearFilters ? (
              <button type="button" className="button" onClick={props.onClearFilters}>
                {texts.shell.clearFilters}
              </button>
            ) : (
              !props.filtered && props.emptyAction
            )}
          </div>
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map(row => {
              const item = list.items[row.index];
              if (item === undefined) return null;
              const key = keyOf(item);
              return (
                <div
                  key={key}
                  role="row"
                  data-index={row.index}
                  aria-rowindex={row.index + 1}
                  className={selection?.has(key) ? 'data-row selected' : 'data-row'}
                  style={{
                    gridTemplateColumns: template,
                    height: row.size,
                    transform: `translateY(${row.start}px)`,
                  }}
                  onKeyDown={event => press(event, key)}
                  onClick={event => {
                    if (!(event.target as HTMLElement).closest('button, input, a, .menu'))
                      props.onOpen?.(item);
                  }}
                >
                  {check(item)}
                  {phone ? (
                    <span role="cell" className="data-stack">
                      {shown.map((column, index) => (
                        <span key={column.key} className="clip">
                          {cellOf(column, index, item)}
                        </span>
                      ))}
                    </span>
                  ) : (
                    shown.map((column, index) => (
                      <span key={column.key} role="cell" className="clip">
                        {cellOf(column, index, item)}
                      </span>
                    ))
                  )}
                  <span role="cell" className="row data-actions">
                    {props.rowActions?.(item)}
                  </span>
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
