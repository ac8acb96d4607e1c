import { type ReactElement, useState } from 'react';
import { IconChevronDown } from '../../../../ui/icons.ts';
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

/** Departments at the left of the members: a nested list of buttons, branches open one by one. */
export function DepartmentTree({ departments, chosen, onChoose }: TreeProps): ReactElement {
  const { session } = useConsole();
  const words = useConsoleTexts().people.departments;
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());

  function toggle(id: number): void {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  }

  const branch = (list: readonly Department[], depth: number): ReactElement => (
    <ul>
      {list.map(department => {
        const below = departments.below(department.id);
        const open = opened.has(department.id);
        return (
          <li key={department.id}>
            <div className="department-line" data-depth={Math.min(depth, 8)}>
              {below.length > 0 ? (
                <button
                  type="button"
                  className="department-toggle"
                  aria-expanded={open}
                  aria-label={open ? words.collapse(department.name) : words.expand(department.name)}
                  onClick={() => toggle(department.id)}
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
                  if (below.length > 0 && !open) toggle(department.id);
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
      <LoadState of={departments.loaded} />
      {branch(departments.below(null), 0)}
    </nav>
  );
}
