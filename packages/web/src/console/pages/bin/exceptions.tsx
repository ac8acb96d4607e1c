import { type ReactElement, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { Department } from '../people/types.ts';

type Rule = 'hidden' | 'company' | 'branch';

function rulesOf({ hidden, view }: Department): readonly Rule[] {
  return [...(hidden ? ['hidden' as const] : []), ...(view === null ? [] : [view])];
}

/** Departments with a rule of their own (DIR-09, DIR-10): found, and put back to the default, many at once. */
export function Exceptions({ locked }: { readonly locked: boolean }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.visibility;
  const [q, setQ] = useState('');
  const [rule, setRule] = useState('');
  const whole = useWholeList<Department>('/departments', q, ({ path }) => path);
  const items = whole.items.filter(department => {
    const rules = rulesOf(department);
    return rule === '' ? rules.length > 0 : rules.some(one => one === rule);
  });
  const list = { ...whole, items, total: items.length };
  const selection = useSelection(items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);
  const chosen = selection.chosen.length;

  async function resetMany(): Promise<void> {
    const put = (
      department: Department,
      { hidden, view }: Pick<Department, 'hidden' | 'view'>,
    ): Promise<unknown> => api.put(`/departments/${department.id}/visibility`, { hidden, view });
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([department]) => department && (await put(department, { hidden: false, view: null })),
    );
    if (done.length > 0)
      bulk.tell(words.resetMany(done.length), () =>
        bulk.run(done, 1, async ([department]) => department && (await put(department, department))),
      );
    selection.clear();
    list.refresh();
  }

  const columns: readonly Column<Department>[] = [
    { key: 'name', label: words.department, width: '2fr', render: ({ path }) => path.join(' / ') },
    {
      key: 'rule',
      label: words.rule,
      width: '2fr',
      phone: true,
      render: department =>
        rulesOf(department)
          .map(one => words.rules[one])
          .join(' · '),
    },
  ];
  return (
    <Card
      title={words.exceptions}
      hint={words.exceptionsHint}
      actions={
        <a className="button plain" href="#/members">
          {words.toMembers}
        </a>
      }
    >
      {chosen > 0 ? (
        <div className="row page-filters" role="toolbar" aria-label={texts.shell.selected(chosen)}>
          <span className="strong">{texts.shell.selected(chosen)}</span>
          {bulk.progress ?? (
            <button
              type="button"
              className="button plain"
              title={words.resetHint}
              onClick={() => void resetMany()}
            >
              {words.reset}
            </button>
          )}
          <button type="button" className="button plain" onClick={selection.clear}>
            {texts.shell.clearSelection}
          </button>
        </div>
      ) : (
        <div className="row page-filters">
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.rule}
            value={rule}
            choices={(['hidden', 'company', 'branch'] as const).map(one => [one, words.rules[one]])}
            onChange={setRule}
          />
        </div>
      )}
      <div className="card-table">
        <DataTable
          name="visibility"
          label={words.exceptions}
          list={list}
          columns={columns}
          keyOf={({ id }) => `${id}`}
          nameOf={({ name }) => name}
          empty={words.exceptionsNone}
          filtered={q !== '' || rule !== ''}
          onClearFilters={() => {
            setQ('');
            setRule('');
          }}
          {...(locked ? {} : { selection: selection.keys, onSelection: selection.set })}
        />
      </div>
    </Card>
  );
}
