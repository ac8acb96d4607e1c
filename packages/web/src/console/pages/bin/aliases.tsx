import { type ReactElement, useState } from 'react';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
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
  const [kind, setKind] = useState('');
  const list = useApiList<Alias>('/aliases', { q, kind });
  const selection = useSelection(list.items, ({ address }) => address);
  const bulk = useBulk(list.refresh);
  const manage = may(session, 'aliases', 'manage');

  const away = ({ address }: Alias): Promise<unknown> =>
    api.delete(`/aliases/${encodeURIComponent(address)}`);
  const back = ({ accountId, address }: Alias): Promise<unknown> =>
    api.post(`/members/${accountId}/aliases`, { address });

  async function removeMany(): Promise<void> {
    const done = await bulk.run(selection.chosen, 1, async ([alias]) => alias && away(alias));
    if (done.length > 0)
      bulk.tell(words.removedMany(done.length), () =>
        bulk.run(done, 1, async ([alias]) => alias && back(alias)),
      );
    selection.clear();
    list.refresh();
  }

  async function remove(alias: Alias): Promise<void> {
    const worked = await act(away(alias), {
      told: texts.people.member.aliasRemoved(alias.address),
      undo: () => void act(back(alias)).then(list.refresh),
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
      actions={manage && <AddButton label={words.add} onPress={() => go('add')} />}
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.kind}
            value={kind}
            choices={[
              ['person', words.ofMember],
              ['public', words.ofPublic],
            ]}
            onChange={setKind}
          />
        </>
      }
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <button type="button" className="button plain" onClick={() => void removeMany()}>
            {words.remove}
          </button>
        )
      }
    >
      <DataTable
        name="aliases"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ address }) => address}
        nameOf={({ address }) => address}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('add')} />}
        filtered={q !== '' || kind !== ''}
        onClearFilters={() => {
          setQ('');
          setKind('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
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
