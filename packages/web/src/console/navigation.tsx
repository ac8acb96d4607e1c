import { type ReactElement, type ReactNode, useState } from 'react';
import { IconChevronDown } from '../ui/icons.ts';
import { type ConsolePage, type GroupKey, groupOrder } from './pages.ts';
import { useConsoleTexts } from './texts.ts';

interface NavigationProps {
  readonly pages: readonly ConsolePage[];
  readonly current: string;
  readonly onVisit: (key: string) => void;
  /** Above the groups. */
  readonly children?: ReactNode;
}

/** The groups, closed but the current one and those opened by hand. */
export function Navigation({ pages, current, onVisit, children }: NavigationProps): ReactElement {
  const texts = useConsoleTexts();
  const [opened, setOpened] = useState<ReadonlySet<GroupKey>>(new Set());
  const here = pages.find(({ key }) => key === current)?.group;

  function toggle(group: GroupKey): void {
    setOpened(before => {
      const next = new Set(before);
      if (!next.delete(group)) next.add(group);
      return next;
    });
  }

  return (
    <nav className="folders console-nav" aria-label={texts.shell.navigation}>
      {children}
      {groupOrder.map(group => {
        const members = pages.filter(page => page.group === group);
        if (members.length === 0) return null;
        const open = group === here || opened.has(group);
        const only = members.length === 1 ? members[0] : undefined;
        if (only && group === 'overview')
          return (
            <button
              key={group}
              type="button"
              className={only.key === current ? 'folder on' : 'folder'}
              data-page={only.key}
              aria-current={only.key === current ? 'page' : undefined}
              onClick={() => onVisit(only.key)}
            >
              {only.label(texts)}
            </button>
          );
        return (
          <div key={group}>
            <button
              type="button"
              className="folder console-group"
              aria-expanded={open}
              onClick={() => toggle(group)}
            >
              <span className="grow">{texts.shell.groups[group]}</span>
              <IconChevronDown className={open ? 'icon open' : 'icon'} size={16} />
            </button>
            {open &&
              members.map(page => (
                <button
                  key={page.key}
                  type="button"
                  className={page.key === current ? 'folder on' : 'folder'}
                  data-depth={1}
                  data-page={page.key}
                  aria-current={page.key === current ? 'page' : undefined}
                  onClick={() => onVisit(page.key)}
                >
                  <span className="clip">{page.label(texts)}</span>
                </button>
              ))}
          </div>
        );
      })}
    </nav>
  );
}
