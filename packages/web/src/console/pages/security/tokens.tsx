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
import { type Functions, useGrantText } from './grant-form.tsx';
import { NewToken } from './new-token.tsx';
import './security.css';

interface Token {
  readonly id: number;
  readonly name: string;
  readonly hint: string;
  readonly functions: Functions;
  readonly departments: readonly number[] | null;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly usedAt: string | null;
  readonly usedFrom: string | null;
}

function stateOf({ expiresAt, usedAt }: Token): 'used' | 'unused' | 'expired' {
  if (expiresAt !== null && Date.parse(expiresAt) < Date.now()) return 'expired';
  return usedAt === null ? 'unused' : 'used';
}

/** 开放接口: tokens for programs (API-01). */
export default function TokensPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.tokens;
  const time = useTime();
  const run = useAction();
  const grantText = useGrantText();
  const [revoking, setRevoking] = useState<Token | null>(null);
  const manage = may(session, 'api', 'manage');
  const [q, setQ] = useState('');
  const [state, setState] = useState('');
  const whole = useWholeList<Token>('/tokens', q, ({ name, createdBy }) => [name, createdBy]);
  const items = whole.items.filter(token => state === '' || stateOf(token) === state);
  const list = { ...whole, items, total: state === '' ? whole.total : items.length };
  const selection = useSelection(items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);

  async function revokeMany(): Promise<void> {
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([token]) => token && api.delete(`/tokens/${token.id}`),
    );
    if (done.length > 0) bulk.tell(words.revokedMany(done.length), null);
    selection.clear();
    list.refresh();
  }
  const columns: readonly Column<Token>[] = [
    { key: 'name', label: words.name, width: '2fr', phone: true, render: ({ name }) => name },
    {
      key: 'start',
      label: words.start,
      width: '1fr',
      render: ({ hint }) => <span className="mono">{hint}…</span>,
    },
    {
      key: 'may',
      label: words.may,
      width: '3fr',
      phone: true,
      render: ({ functions }) => grantText(functions),
    },
    {
      key: 'expires',
      label: words.expires,
      width: '1.5fr',
      render: ({ expiresAt }) =>
        expiresAt === null
          ? words.never
          : Date.parse(expiresAt) < Date.now()
            ? words.expired
            : time(expiresAt),
    },
    {
      key: 'used',
      label: words.used,
      width: '2fr',
      phone: true,
      render: ({ usedAt, usedFrom }) =>
        usedAt === null ? words.unused : words.usedFrom(time(usedAt), usedFrom ?? ''),
    },
    { key: 'by', label: words.by, width: '2fr', render: ({ createdBy }) => createdBy },
  ];
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={
        <>
          <a className="button" href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
            {words.documentation}
          </a>
          {manage && <AddButton label={words.add} onPress={() => go('new')} />}
        </>
      }
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <AskedAction
            label={words.revoke}
            question={words.revokeManyAsk(selection.chosen.length)}
            onConfirm={() => void revokeMany()}
          />
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.state}
            value={state}
            choices={(['used', 'unused', 'expired'] as const).map(one => [one, words.states[one]])}
            onChange={setState}
          />
        </>
      }
    >
      <DataTable
        name="tokens"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ name }) => name}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('new')} />}
        filtered={q !== '' || state !== ''}
        onClearFilters={() => {
          setQ('');
          setState('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        rowActions={token =>
          manage && (
            <button type="button" className="button plain" onClick={() => setRevoking(token)}>
              {words.revoke}
            </button>
          )
        }
      />
      {rest === 'new' && manage && <NewToken onClose={() => go('')} onMade={list.refresh} />}
      {revoking && (
        <Confirm
          question={words.revokeAsk(revoking.name)}
          verb={words.revoke}
          cancel={texts.shell.cancel}
          onClose={() => setRevoking(null)}
          onConfirm={() => {
            const { id } = revoking;
            setRevoking(null);
            void run(api.delete(`/tokens/${id}`), { told: words.revoked }).then(list.refresh);
          }}
        />
      )}
    </TablePage>
  );
}
