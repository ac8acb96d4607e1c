import { type ReactElement, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { GroupDrawer } from './group-drawer.tsx';

export type Posting = 'company' | 'members' | 'anyone' | 'listed';

interface GroupSummary {
  readonly id: number;
  readonly address: string;
  readonly displayName: string;
  readonly posting: Posting;
  readonly memberCount: number;
}

/** 邮件群组 (GRP-01 to GRP-05). */
export default function GroupsPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.groups;
  const manage = may(session, 'groups', 'manage');
  const [q, setQ] = useState('');
  const [posting, setPosting] = useState('');
  const list = useApiList<GroupSummary>('/groups', { q, posting });
  const selection = useSelection(list.items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);
  const [asking, setAsking] = useState(false);

  async function removeMany(): Promise<void> {
    setAsking(false);
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([group]) => group && api.delete(`/groups/${group.id}`),
    );
    if (done.length > 0) bulk.tell(words.removedMany(done.length), null);
    selection.clear();
    list.refresh();
  }
  const columns: readonly Column<GroupSummary>[] = [
    {
      key: 'name',
      label: words.name,
      width: '2fr',
      phone: true,
      render: ({ displayName, address }) => displayName || address,
    },
    { key: 'address', label: words.address, width: '3fr', phone: true, render: ({ address }) => address },
    {
      key: 'members',
      label: words.members,
      width: '1fr',
      render: ({ memberCount }) => words.memberCount(memberCount),
    },
    {
      key: 'posting',
      label: words.posting,
      width: '2fr',
      phone: true,
      render: ({ posting }) => words.postings[posting],
    },
  ];
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={manage && <AddButton label={words.add} onPress={() => go('new')} />}
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.posting}
            value={posting}
            choices={Object.entries(words.postings)}
            onChange={setPosting}
          />
        </>
      }
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <button type="button" className="button plain" onClick={() => setAsking(true)}>
            {texts.shell.remove}
          </button>
        )
      }
    >
      <DataTable
        name="groups"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ displayName, address }) => displayName || address}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('new')} />}
        filtered={q !== '' || posting !== ''}
        onClearFilters={() => {
          setQ('');
          setPosting('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        onOpen={({ id }) => go(`${id}`)}
        rowActions={({ address }) => (
          <span role="group" aria-label={words.copyAddress}>
            <CopyButton text={address} />
          </span>
        )}
      />
      {asking && (
        <Confirm
          question={words.removeManyAsk(selection.chosen.length)}
          verb={texts.shell.remove}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => void removeMany()}
        />
      )}
      {(rest === 'new' || /^\d+$/.test(rest)) && (
        <GroupDrawer
          key={rest}
          id={rest === 'new' ? null : Number(rest)}
          manage={manage}
          onClose={() => go('')}
          onChanged={list.refresh}
        />
      )}
    </TablePage>
  );
}
