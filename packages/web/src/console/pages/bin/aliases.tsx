import { type ReactElement, useCallback, useDeferredValue, useState } from 'react';
import type { Page } from '../../api.ts';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { TablePage } from '../../kit/page.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useList } from '../../kit/use-list.ts';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.tsx';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Ask } from '../people/departments/dialogs.tsx';
import { AddressField, useDomainNames } from '../people/member/address-field.tsx';
import { MoveAlias } from '../people/member/address-section.tsx';
import '../people/people.css';

interface Alias {
  readonly address: string;
  readonly accountId: number;
  readonly kind: 'person' | 'public';
  readonly name: string;
  readonly primaryAddress: string;
  readonly createdAt: string;
}

/** 邮箱别名 (ALS-01 to ALS-03): all aliases in reach. */
export default function AliasesPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.aliases;
  const act = useAction();
  const time = useTime();
  const [q, setQ] = useState('');
  const [moving, setMoving] = useState<string | null>(null);
  const wanted = useDeferredValue(q);
  const list = useList(
    useCallback(
      (cursor: string | null) => api.get<Page<Alias>>('/aliases', { q: wanted, cursor, limit: 100 }),
      [api, wanted],
    ),
  );
  const manage = may(session, 'aliases', 'manage');

  async function remove(alias: Alias): Promise<void> {
    const worked = await act(api.delete(`/aliases/${encodeURIComponent(alias.address)}`), {
      told: texts.people.member.aliasRemoved(alias.address),
      undo: () =>
        void act(api.post(`/members/${alias.accountId}/aliases`, { address: alias.address })).then(
          list.refresh,
        ),
    });
    if (worked) list.replace(other => other.address === alias.address, null);
  }

  const columns: readonly Column<Alias>[] = [
    {
      key: 'alias',
      label: words.alias,
      width: '2fr',
      render: ({ address }) => <span className="member-name">{address}</span>,
    },
    {
      key: 'owner',
      label: words.owner,
      width: '2fr',
      phone: true,
      render: alias => (
        <>
          {alias.name} <span className="meta">{alias.primaryAddress}</span>{' '}
          {alias.kind === 'public' && <span className="chip">{words.ofPublic}</span>}
        </>
      ),
    },
    { key: 'made', label: words.made, width: '1.2fr', render: ({ createdAt }) => time(createdAt) },
  ];
  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      actions={
        manage && (
          <button type="button" className="button primary" data-new onClick={() => go('add')}>
            {words.add}
          </button>
        )
      }
      filters={
        <input
          className="field member-search"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          maxLength={200}
          value={q}
          onChange={event => setQ(event.target.value)}
        />
      }
    >
      <DataTable
        name="aliases"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ address }) => address}
        nameOf={({ address }) => address}
        empty={q === '' ? words.empty : words.emptyFiltered}
        rowActions={alias =>
          manage && (
            <>
              <button type="button" className="button plain" onClick={() => setMoving(alias.address)}>
                {words.move}
              </button>
              <button type="button" className="button plain" onClick={() => void remove(alias)}>
                {words.remove}
              </button>
            </>
          )
        }
      />
      {moving !== null && (
        <MoveAlias address={moving} onClose={() => setMoving(null)} onDone={list.refresh} />
      )}
      {rest === 'add' && manage && <AddAlias onClose={() => go('')} onDone={list.refresh} />}
    </TablePage>
  );
}

function AddAlias({
  onClose,
  onDone,
}: {
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.aliases;
  const domains = useDomainNames();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [draft, setDraft] = useState({ local: '', domain: '' });
  const [owner] = people;
  const domain = draft.domain || (domains[0] ?? '');
  const address = `${draft.local}@${domain}`;
  return (
    <Ask
      title={words.add}
      verb={words.add}
      told={texts.people.member.aliasAdded(address)}
      disabled={!owner || draft.local === ''}
      work={() => api.post(`/members/${owner?.id ?? 0}/aliases`, { address })}
      onClose={onClose}
      onDone={onDone}
    >
      <PeoplePicker label={words.who} single value={people} onChange={setPeople} />
      <AddressField
        label={words.address}
        local={draft.local}
        domain={domain}
        domains={domains}
        onChange={(local, next) => setDraft({ local, domain: next })}
      />
    </Ask>
  );
}
