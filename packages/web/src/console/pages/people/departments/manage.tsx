import { type ReactElement, useState } from 'react';
import { Menu } from '../../../../ui/menu.tsx';
import { useAction } from '../../../kit/use-action.ts';
import type { Job } from '../../../kit/use-job.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { QuotaDialog } from '../quota-dialog.tsx';
import type { Department } from '../types.ts';
import type { Departments } from '../use-departments.ts';
import { MoveDepartment, NameDepartment, RemoveDepartment, SightOfDepartment } from './dialogs.tsx';

interface ManageProps {
  readonly departments: Departments;
  readonly chosen: Department | undefined;
  readonly onChoose: (id: number | null) => void;
  /** A job began that gives quotas. */
  readonly onQuotaJob: (job: Job) => void;
}

type Open = 'quota' | 'add' | 'rename' | 'move' | 'sight' | 'remove' | null;

/** 新建部门, and what may be done with the chosen one. */
export function ManageDepartments({
  departments,
  chosen,
  onChoose,
  onQuotaJob,
}: ManageProps): ReactElement | null {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.departments;
  const act = useAction();
  const [open, setOpen] = useState<Open>(null);
  const manage = may(session, 'members', 'manage');
  const visibility = may(session, 'directoryVisibility', 'manage');
  if (!manage && !visibility) return null;
  const { reload } = departments.loaded;
  const close = (): void => setOpen(null);

  async function order(department: Department, step: -1 | 1): Promise<void> {
    const siblings = [...departments.below(department.parentId)];
    const at = siblings.findIndex(({ id }) => id === department.id);
    const other = siblings[at + step];
    if (!other) return;
    siblings[at] = other;
    siblings[at + step] = department;
    // Positions may be equal after an import: all that changed are written anew.
    const writing = (async () => {
      for (const [position, { id, position: before }] of siblings.entries())
        if (position !== before) await api.patch(`/departments/${id}`, { position });
    })();
    await act(writing, { told: words.moved });
    reload();
  }

  async function hide(department: Department, hidden: boolean): Promise<void> {
    const path = `/departments/${department.id}/visibility`;
    const set = (value: boolean): Promise<unknown> => api.put(path, { hidden: value, view: department.view });
    await act(set(hidden), {
      told: hidden ? words.hidden(department.name) : words.shown(department.name),
      undo: () => void act(set(!hidden)).then(reload),
    });
    reload();
  }

  const siblings = chosen ? departments.below(chosen.parentId) : [];
  const at = chosen ? siblings.findIndex(({ id }) => id === chosen.id) : -1;
  return (
    <div className="department-actions">
      {manage && (
        <button type="button" className="button plain" onClick={() => setOpen('add')}>
          {chosen ? words.addBelow : words.add}
        </button>
      )}
      {chosen && (
        <Menu
          className="button plain"
          label={words.manage}
          items={[
            ...(manage
              ? [
                  { key: 'rename', label: words.rename, run: () => setOpen('rename') },
                  { key: 'move', label: words.move, run: () => setOpen('move') },
                  { key: 'quota', label: texts.people.bulk.setQuota, run: () => setOpen('quota') },
                  ...(at > 0 ? [{ key: 'up', label: words.up, run: () => void order(chosen, -1) }] : []),
                  ...(at < siblings.length - 1
                    ? [{ key: 'down', label: words.down, run: () => void order(chosen, 1) }]
                    : []),
                ]
              : []),
            ...(visibility
              ? [
                  {
                    key: 'hide',
                    label: chosen.hidden ? words.show : words.hide,
                    run: () => void hide(chosen, !chosen.hidden),
                  },
                  { key: 'sight', label: words.sight, run: () => setOpen('sight') },
                ]
              : []),
            ...(manage
              ? [
                  'line' as const,
                  { key: 'remove', label: words.remove, danger: true, run: () => setOpen('remove') },
                ]
              : []),
          ]}
        />
      )}
      {open === 'add' && (
        <NameDepartment departments={departments} parent={chosen} onClose={close} onDone={reload} />
      )}
      {open === 'rename' && chosen && (
        <NameDepartment departments={departments} renamed={chosen} onClose={close} onDone={reload} />
      )}
      {open === 'move' && chosen && (
        <MoveDepartment departments={departments} department={chosen} onClose={close} onDone={reload} />
      )}
      {open === 'quota' && chosen && (
        <QuotaDialog
          title={texts.people.bulk.quotaDepartment(chosen.name)}
          whom={{ departments: [chosen.id] }}
          onFiled={onQuotaJob}
          onClose={close}
        />
      )}
      {open === 'sight' && chosen && (
        <SightOfDepartment department={chosen} onClose={close} onDone={reload} />
      )}
      {open === 'remove' && chosen && (
        <RemoveDepartment
          departments={departments}
          department={chosen}
          onClose={close}
          onDone={() => {
            onChoose(chosen.parentId);
            reload();
          }}
        />
      )}
    </div>
  );
}
