import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { AskedAction } from '../../kit/list/asked-action.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { AdministratorDrawer } from './administrator-drawer.tsx';
import { type Functions, useGrantText } from './grant-form.tsx';
import { TransferDrawer } from './transfer-drawer.tsx';
import './security.css';

export interface Administrator {
  readonly accountId: number;
  readonly address: string;
  readonly name: string;
  readonly role: 'owner' | 'super' | 'scoped';
  readonly disabled: boolean;
  readonly functions: Functions;
  readonly departments: readonly number[] | null;
  readonly createdAt: string;
}

/** 管理员与权限 (TEN-34 to TEN-36). */
export default function AdministratorsPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const { administrators: words, ...shared } = texts.security;
  const time = useTime();
  const run = useAction();
  const grantText = useGrantText();
  const [removing, setRemoving] = useState<Administrator | null>(null);
  const manage = may(session, 'administrators', 'manage');
  const [q, setQ] = useState('');
  const [role, setRole] = useState('');
  const whole = useWholeList<Administrator>('/administrators', q, ({ name, address }) => [name, address]);
  const items = whole.items.filter(administrator => role === '' || administrator.role === role);
  const list = { ...whole, items, total: role === '' ? whole.total : items.length };
  const selection = useSelection(items, ({ accountId }) => `${accountId}`);
  const bulk = useBulk(list.refresh);
  // The owner can hand the company over, and is not removed.
  const removable = selection.chosen.filter(administrator => administrator.role !== 'owner');

  async function removeMany(): Promise<void> {
    const done = await bulk.run(
      removable,
      1,
      async ([administrator]) => administrator && api.delete(`/administrators/${administrator.accountId}`),
    );
    if (done.length > 0) bulk.tell(words.removedMany(done.length), null);
    selection.clear();
    list.refresh();
  }
  const columns: readonly Column<Administrator>[] = [
    {
      key: 'member',
      label: words.member,
      width: '3fr',
      phone: true,
      render: ({ name, address, disabled }) => (
        <>
          {name} <span className="meta">{address}</span>{' '}
          {disabled && <span className="chip warn">{words.disabled}</span>}
        </>
      ),
    },
    { key: 'role', label: words.role, width: '1.5fr', phone: true, render: ({ role }) => words.roles[role] },
    {
      key: 'may',
      label: words.may,
      width: '4fr',
      phone: true,
      render: ({ role, functions }) => (role === 'scoped' ? grantText(functions) : shared.allFunctions),
    },
    {
      key: 'departments',
      label: words.departments,
      width: '1.5fr',
      render: ({ departments }) =>
        departments === null ? shared.wholeCompany : shared.departmentsCount(departments.length),
    },
    { key: 'since', label: words.since, width: '1.5fr', render: ({ createdAt }) => time(createdAt) },
  ];
  const open = list.items.find(({ accountId }) => `${accountId}` === rest) ?? null;
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={
        manage && (
          <>
            {session.administrator?.role === 'owner' && (
              <button type="button" className="button" onClick={() => go('transfer')}>
                {words.transfer}
              </button>
            )}
            <AddButton label={words.add} onPress={() => go('new')} />
          </>
        )
      }
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ??
        (removable.length === 0 ? (
          <span className="meta">{words.ownerStays}</span>
        ) : (
          <AskedAction
            label={words.remove}
            question={words.removeManyAsk(removable.length)}
            onConfirm={() => void removeMany()}
          />
        ))
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.role}
            value={role}
            choices={(['owner', 'super', 'scoped'] as const).map(one => [one, words.roles[one]])}
            onChange={setRole}
          />
        </>
      }
    >
      <DataTable
        name="administrators"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ accountId }) => `${accountId}`}
        nameOf={({ name, address }) => name || address}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('new')} />}
        filtered={q !== '' || role !== ''}
        onClearFilters={() => {
          setQ('');
          setRole('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        onOpen={({ accountId }) => go(`${accountId}`)}
        rowActions={administrator =>
          manage &&
          administrator.role !== 'owner' && (
            <button type="button" className="button plain" onClick={() => setRemoving(administrator)}>
              {words.remove}
            </button>
          )
        }
      />
      {(rest === 'new' || open) && (
        <AdministratorDrawer
          key={rest}
          administrator={open}
          manage={manage && open?.role !== 'owner'}
          onClose={() => go('')}
          onSaved={() => {
            list.refresh();
            go('');
          }}
        />
      )}
      {rest === 'transfer' && <TransferDrawer onClose={() => go('')} />}
      {removing && (
        <Confirm
          question={words.removeAsk(removing.name || removing.address)}
          verb={words.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            const { accountId, name, address } = removing;
            setRemoving(null);
            void run(api.delete(`/administrators/${accountId}`), {
              told: words.removed(name || address),
            }).then(list.refresh);
          }}
        />
      )}
    </TablePage>
  );
}
