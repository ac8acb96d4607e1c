import { type ReactElement, useCallback, useState } from 'react';
import { fileSize } from '../../../lib/format.ts';
import type { Page } from '../../api.ts';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { TablePage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import { useList } from '../../kit/use-list.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import type { PageProps } from '../../pages.tsx';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { EditMailbox } from './edit-mailbox.tsx';
import { NewMailbox } from './new-mailbox.tsx';

export interface MailboxSummary {
  readonly id: number;
  readonly address: string;
  readonly displayName: string;
  readonly disabled: boolean;
  readonly userCount: number;
  readonly quotaBytes: number | null;
}

/** 业务邮箱 (PUB-01 to PUB-09). */
export default function PublicMailboxesPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.mailboxes;
  const manage = may(session, 'publicMailboxes', 'manage');
  const [q, setQ] = useState('');
  const list = useList(
    useCallback(
      (cursor: string | null) =>
        api.get<Page<MailboxSummary>>('/public-mailboxes', { q: q.trim(), cursor, limit: 100 }),
      [api, q],
    ),
  );
  const use = useLoaded(
    useCallback(() => api.get<{ used: number; max: number | null }>('/public-mailbox-use'), [api]),
  );
  const full = use.value !== null && use.value.max !== null && use.value.used >= use.value.max;
  const columns: readonly Column<MailboxSummary>[] = [
    {
      key: 'name',
      label: words.name,
      width: '2fr',
      phone: true,
      render: ({ displayName, address }) => displayName || address,
    },
    { key: 'address', label: words.address, width: '3fr', phone: true, render: ({ address }) => address },
    {
      key: 'users',
      label: words.users,
      width: '1fr',
      phone: true,
      render: ({ userCount }) => words.userCount(userCount),
    },
    {
      key: 'capacity',
      label: words.capacityShown,
      width: '1fr',
      render: ({ quotaBytes }) => (quotaBytes === null ? words.planCapacity : fileSize(quotaBytes)),
    },
    {
      key: 'state',
      label: words.state,
      width: '1fr',
      phone: true,
      render: ({ disabled }) => (
        <State tone={disabled ? 'wait' : 'ok'}>{disabled ? words.disabled : words.enabled}</State>
      ),
    },
  ];
  const changed = (): void => {
    list.refresh();
    use.reload();
  };
  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      actions={
        <>
          {use.value && (
            <span className="meta" title={words.formula}>
              {words.use(use.value.used, use.value.max)}
            </span>
          )}
          {manage && (
            <button
              type="button"
              className="button primary"
              disabled={full}
              aria-describedby={full ? 'mailboxes-full' : undefined}
              onClick={() => go('new')}
            >
              {words.add}
            </button>
          )}
        </>
      }
      filters={
        <>
          <input
            className="field"
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={q}
            onChange={event => setQ(event.target.value)}
          />
          <span className="meta" id="mailboxes-full">
            {full ? words.full : words.formula}
          </span>
        </>
      }
    >
      <DataTable
        name="public-mailboxes"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ displayName, address }) => displayName || address}
        empty={words.empty}
        onOpen={({ id }) => go(`${id}`)}
      />
      {rest === 'new' && manage && (
        <NewMailbox
          onClose={() => go('')}
          onMade={id => {
            changed();
            go(`${id}`);
          }}
        />
      )}
      {/^\d+$/.test(rest) && (
        <EditMailbox
          key={rest}
          id={Number(rest)}
          manage={manage}
          onClose={() => go('')}
          onChanged={changed}
        />
      )}
    </TablePage>
  );
}
