import { type ReactElement, useMemo, useState } from 'react';
import { fileSize } from '../../../lib/format.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { TextField } from '../../kit/field.tsx';
import { AskedAction } from '../../kit/list/asked-action.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useMailboxUse } from '../../kit/use-mailbox-use.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Ask } from '../people/departments/dialogs.tsx';
import { calledName } from '../people/types.ts';
import { Jobs } from './jobs.tsx';
import type { BinUse, Recycled } from './types.ts';
import { useDayName } from './use-day-name.ts';
import '../people/people.css';

const dayMs = 86_400_000;

type Act = 'restore' | 'reassign' | 'transfer' | 'destroy';

/** 邮箱回收站 (RCY-01 to RCY-07): restore once, hand over, copy the mail, delete for good. */
export default function RecycleBinPage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.recycle;
  const time = useTime();
  const dayName = useDayName();
  const [kind, setKind] = useState('');
  const [open, setOpen] = useState<{ readonly act: Act; readonly item: Recycled } | null>(null);
  const [jobs, setJobs] = useState(0);
  const [q, setQ] = useState('');
  const list = useApiList<Recycled>('/recycle-bin', { kind, q });
  const selection = useSelection(list.items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);
  const kept = selection.chosen.filter(({ state }) => state === 'kept');
  const inBin = selection.chosen.filter(({ state }) => state !== 'restored');

  async function actMany(items: readonly Recycled[], act: 'restore' | 'destroy'): Promise<void> {
    const done = await bulk.run(items, 1, async ([item]) => {
      if (!item) return;
      const path = `/recycle-bin/${item.id}`;
      await (act === 'restore' ? api.post(`${path}/restore`) : api.delete(path));
    });
    if (done.length > 0)
      bulk.tell(act === 'restore' ? words.restoredMany(done.length) : words.destroyedMany(done.length), null);
    selection.clear();
    list.refresh();
    setJobs(value => value + 1);
  }

  const ids = useMemo(
    () => list.items.filter(({ state }) => state !== 'restored').map(({ id }) => id),
    [list.items],
  );
  const use = useMailboxUse<BinUse>('/recycle-bin-use', 'mailbox', ids);
  const manage = may(session, 'recycleBin', 'manage');
  const left = ({ expiresAt }: Recycled): string => {
    const days = Math.max(0, Math.ceil((new Date(expiresAt).getTime() - Date.now()) / dayMs));
    return words.daysLeft(days, dayName(expiresAt));
  };
  const columns: readonly Column<Recycled>[] = [
    {
      key: 'name',
      label: words.nameAndAddress,
      width: '2.4fr',
      render: item => (
        <>
          <span className="member-name">{calledName(item)}</span>
          <span className="member-address meta">{item.address}</span>
        </>
      ),
    },
    { key: 'kind', label: words.kind, width: '1fr', render: item => words[item.kind] },
    {
      key: 'deleted',
      label: words.deleted,
      width: '1.8fr',
      render: item => (
        <>
          <span className="member-address">{time(item.deletedAt)}</span>
          <span className="member-address meta">{item.deletedBy}</span>
        </>
      ),
    },
    { key: 'left', label: words.left, width: '1.4fr', phone: true, render: left },
    {
      key: 'size',
      label: words.size,
      width: '1fr',
      render: ({ id }) => {
        const known = use.get(id);
        return (
          known && (
            <>
              <span className="member-address">{fileSize(known.usedBytes)}</span>
              <span className="member-address meta">{words.messages(known.messages)}</span>
            </>
          )
        );
      },
    },
    { key: 'state', label: words.state, width: '1.4fr', render: item => words.states[item.state] },
  ];

  const close = (): void => setOpen(null);
  const done = (): void => {
    list.refresh();
    setJobs(value => value + 1);
  };
  const actions = (item: Recycled): ReactElement | null =>
    !manage || item.state === 'restored' ? null : (
      <>
        {item.state === 'kept' && (
          <button type="button" className="button plain" onClick={() => setOpen({ act: 'restore', item })}>
            {words.restore}
          </button>
        )}
        <Menu
          className="button plain"
          align="end"
          label={texts.shell.more}
          items={[
            { key: 'reassign', label: words.reassign, run: () => setOpen({ act: 'reassign', item }) },
            { key: 'transfer', label: words.transfer, run: () => setOpen({ act: 'transfer', item }) },
            'line',
            {
              key: 'destroy',
              label: words.destroy,
              danger: true,
              run: () => setOpen({ act: 'destroy', item }),
            },
          ]}
        />
      </>
    );

  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <>
            {kept.length > 0 && (
              <AskedAction
                label={words.restore}
                question={words.restoreManyAsk(kept.length)}
                danger={false}
                onConfirm={() => void actMany(kept, 'restore')}
              />
            )}
            {inBin.length > 0 && (
              <AskedAction
                label={words.destroy}
                question={words.destroyManyAsk(inBin.length)}
                onConfirm={() => void actMany(inBin, 'destroy')}
              />
            )}
          </>
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.kind}
            value={kind}
            choices={[
              ['person', words.person],
              ['public', words.public],
            ]}
            onChange={setKind}
          />
        </>
      }
    >
      <Jobs signal={jobs} />
      <DataTable
        name="recycle-bin"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={calledName}
        empty={words.empty}
        filtered={kind !== '' || q !== ''}
        onClearFilters={() => {
          setKind('');
          setQ('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        rowActions={actions}
        actionsWidth="152px"
      />
      {open && (open.act === 'restore' || open.act === 'destroy') && (
        <Question act={open.act} item={open.item} onClose={close} onDone={done} />
      )}
      {open && (open.act === 'reassign' || open.act === 'transfer') && (
        <HandOver act={open.act} item={open.item} onClose={close} onDone={done} />
      )}
    </TablePage>
  );
}

interface ActProps {
  readonly item: Recycled;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What can be done only once, or not be undone, is asked about by name. */
function Question({
  act: what,
  item,
  onClose,
  onDone,
}: ActProps & { readonly act: 'restore' | 'destroy' }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.recycle;
  const act = useAction();
  const name = calledName(item);
  const path = `/recycle-bin/${item.id}`;
  const restore = what === 'restore';
  return (
    <Confirm
      question={restore ? words.restoreAsk(name) : words.destroyAsk(name, item.address)}
      verb={restore ? words.restore : words.destroy}
      cancel={texts.shell.cancel}
      danger={!restore}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        const work = restore ? api.post(`${path}/restore`) : api.delete(path);
        void act(work, { told: restore ? words.restored(name) : words.destroyed(name) }).then(onDone);
      }}
    />
  );
}

/** To whom addresses and mail go, or the mail alone. */
function HandOver({
  act,
  item,
  onClose,
  onDone,
}: ActProps & { readonly act: 'reassign' | 'transfer' }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.recycle;
  const name = calledName(item);
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [folder, setFolder] = useState(texts.people.member.leaving.folder(name).slice(0, 60));
  const [to] = people;
  const reassign = act === 'reassign';
  const called = to ? calledName(to) : '';
  return (
    <Ask
      title={reassign ? words.reassignTitle(name) : words.transferTitle(name)}
      verb={reassign ? words.reassign : words.transfer}
      told={reassign ? words.reassigned(item.address, called) : words.transferring(called)}
      disabled={!to || (!reassign && folder.trim() === '')}
      work={() =>
        reassign
          ? api.post(`/recycle-bin/${item.id}/reassign`, { to: to?.id ?? 0 })
          : api.post('/mail-copies', { from: item.id, to: to?.id ?? 0, folder: folder.trim() })
      }
      onClose={onClose}
      onDone={onDone}
    >
      <p className="meta">{reassign ? words.reassignHint : words.transferHint}</p>
      <PeoplePicker label={words.person} single value={people} onChange={setPeople} />
      {!reassign && <TextField label={words.folder} value={folder} maxLength={60} onChange={setFolder} />}
    </Ask>
  );
}
