import { type ReactElement, useCallback, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import type { Page } from '../../api.ts';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { TablePage } from '../../kit/page.tsx';
import { useList } from '../../kit/use-list.ts';
import type { PageProps } from '../../pages.tsx';
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
  const words = useConsoleTexts().sharing.groups;
  const manage = may(session, 'groups', 'manage');
  const [q, setQ] = useState('');
  const list = useList(
    useCallback(
      (cursor: string | null) => api.get<Page<GroupSummary>>('/groups', { q: q.trim(), cursor, limit: 100 }),
      [api, q],
    ),
  );
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
      actions={
        manage && (
          <button type="button" className="button primary" onClick={() => go('new')}>
            {words.add}
          </button>
        )
      }
      filters={
        <input
          className="field"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={q}
          onChange={event => setQ(event.target.value)}
        />
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
        onOpen={({ id }) => go(`${id}`)}
        rowActions={({ address }) => (
          <span role="group" aria-label={words.copyAddress}>
            <CopyButton text={address} />
          </span>
        )}
      />
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
