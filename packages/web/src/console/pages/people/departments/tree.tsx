import { type ReactElement, useMemo, useState } from 'react';
import { IconChevronDown } from '../../../../ui/icons.ts';
import { departmentRows } from '../../../kit/departments/rows.ts';
import { LoadState } from '../../../kit/load-state.tsx';
import { useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import type { Department } from '../types.ts';
import type { Departments } from '../use-departments.ts';

interface TreeProps {
  readonly departments: Departments;
  /** Null: the whole company. */
  readonly chosen: number | null;
  readonly onChoose: (id: number | null) => void;
}

/** Up to so many the tree needs no search. */
const small = 12;
/** Most departments that a search shows; the text has to tell more beyond. */
const mostFound = 100;

/** The department and all above it. */
function lineTo(departments: Departments, id: number | null): ReadonlySet<number> {
  const line = new Set<number>();
  for (let at = id; at !== null && !line.has(at); at = departments.byId.get(at)?.parentId ?? null)
    line.add(at);
  return line;
}

/** Departments at the left of the members: a nested list of buttons, branches open one by one, with a search where there are many. */
export function DepartmentTree({ departments, chosen, onChoose }: TreeProps): ReactElement {
  const { session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.departments;
  const picks = texts.sharing.pick;
  const [text, setText] = useState('');
  const wanted = text.trim();
  const found = useMemo(
    () =>
      wanted === ''
        ? null
        : departmentRows(
            departments.ordered.map(({ department: { id, name }, depth }) => ({ id, name, depth })),
            wanted,
            () => true,
          ),
    [departments.ordered, wanted],
  );
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map());
  const line = lineTo(departments, chosen);

  /** By hand, or else because the chosen one is in it. */
  const isOpen = (id: number): boolean => toggled.get(id) ?? line.has(id);
  const setOpen = (id: number, open: boolean): void => setToggled(new Map([...toggled, [id, open]]));

  const branch = (list: readonly Department[], depth: number): ReactElement => (
    <ul>
      {list.map(department => {
        const below = departments.below(department.id);
        const open = isOpen(department.id);
        return (
          <li key={department.id}>
            <div className="department-line" data-depth={Math.min(depth, 8)}>
              {below.length > 0 ? (
                <button
                  type="button"
                  className="department-toggle"
                  aria-expanded={open}
                  aria-label={open ? words.collapse(department.name) : words.expand(department.name)}
                  onClick={() => setOpen(department.id, !open)}
                >
                  <IconChevronDown className={open ? 'icon open' : 'icon'} size={16} />
                </button>
              ) : (
                <span className="department-toggle" />
              )}
              <button
                type="button"
                className="department-name"
                aria-current={chosen === department.id ? 'true' : undefined}
                title={department.path.join(' / ')}
                onClick={() => {
                  onChoose(department.id);
                  if (!open) setOpen(department.id, true);
                }}
              >
                <span className="clip grow">{department.name}</span>
                {department.hidden && <span className="meta">{words.hiddenMark}</span>}
                <span className="meta">{department.places}</span>
              </button>
            </div>
            {open && below.length > 0 && branch(below, depth + 1)}
          </li>
        );
      })}
    </ul>
  );

  return (
    <nav className="department-tree" aria-label={words.tree}>
      <button
        type="button"
        className="department-name whole"
        aria-current={chosen === null ? 'true' : undefined}
        onClick={() => onChoose(null)}
      >
        <span className="clip grow">{session.company.name || words.whole}</span>
      </button>
      {departments.ordered.length > small && (
        <input
          className="field"
          type="search"
          aria-label={picks.searchDepartments}
          placeholder={picks.searchDepartments}
          autoComplete="off"
          maxLength={64}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      )}
      <p className="hidden-visually" role="status">
        {found && picks.departmentsFound(found.length)}
      </p>
      <LoadState of={departments.loaded} />
      {found === null ? (
        branch(departments.below(null), 0)
      ) : found.length === 0 ? (
        <p className="meta">{picks.noneFound}</p>
      ) : (
        <ul>
          {found.slice(0, mostFound).map(({ id, name, above }) => (
            <li key={id}>
              <button
                type="button"
                className="department-name found"
                aria-current={chosen === id ? 'true' : undefined}
                title={above === '' ? name : `${above} / ${name}`}
                onClick={() => {
                  onChoose(id);
                  // The tree opens on the way to it.
                  setText('');
                }}
              >
                <span className="clip grow">{name}</span>
                {above && <span className="meta clip">{above}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </nav>
  );
}
