import { type ReactElement, useCallback, useState } from 'react';
import { fileSize } from '../../../lib/format.ts';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import type { PageProps } from '../../pages.ts';
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
  const [state, setState] = useState('');
  const list = useApiList<MailboxSummary>('/public-mailboxes', { q, state });
  const selection = useSelection(list.items, ({ id }) => `${id}`);
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
  const bulk = useBulk(changed);
  const chosen = selection.chosen;

  /** Disables or enables the chosen ones, with the opposite as undo. */
  async function switchMany(disabled: boolean): Promise<void> {
    const set = (items: readonly MailboxSummary[], value: boolean): Promise<readonly MailboxSummary[]> =>
      bulk.run(
        items,
        1,
        async ([mailbox]) => mailbox && api.patch(`/public-mailboxes/${mailbox.id}`, { disabled: value }),
      );
    const done = await set(
      chosen.filter(mailbox => mailbox.disabled !== disabled),
      disabled,
    );
    if (done.length > 0)
      bulk.tell(disabled ? words.disabledMany(done.length) : words.enabledMany(done.length), () =>
        set(done, !disabled),
      );
    selection.clear();
    changed();
  }

  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      chosen={chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <>
            {chosen.some(({ disabled }) => !disabled) && (
              <button type="button" className="button plain" onClick={() => void switchMany(true)}>
                {words.disable}
              </button>
            )}
            {chosen.some(({ disabled }) => disabled) && (
              <button type="button" className="button plain" onClick={() => void switchMany(false)}>
                {words.enable}
              </button>
            )}
          </>
        )
      }
      actions={
        <>
          {use.value && (
            <span className="meta" title={words.formula}>
              {words.use(use.value.used, use.value.max)}
            </span>
          )}
          {manage && (
            <AddButton
              label={words.add}
              why={full ? 'mailboxes-full' : undefined}
              onPress={() => go('new')}
            />
          )}
        </>
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.state}
            value={state}
            choices={[
              ['enabled', words.enabled],
              ['disabled', words.disabled],
            ]}
            onChange={setState}
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
        emptyAction={manage && !full && <AddButton again label={words.add} onPress={() => go('new')} />}
        filtered={q !== '' || state !== ''}
        onClearFilters={() => {
          setQ('');
          setState('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
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
