import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
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
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Ask } from '../people/departments/dialogs.tsx';
import { TagDrawer } from './tag-drawer.tsx';
import type { Tag } from './types.ts';
import '../people/people.css';

/** 标签: members and departments under one name, for groups, public mailboxes and filters. */
export default function TagsPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.tags;
  const act = useAction();
  const [renaming, setRenaming] = useState<Tag | null>(null);
  const [removing, setRemoving] = useState<Tag | null>(null);
  const [q, setQ] = useState('');
  const [used, setUsed] = useState('');
  const whole = useWholeList<Tag>('/tags', q, ({ name }) => [name]);
  const items = whole.items.filter(
    ({ members, departments }) => used === '' || (used === 'used') === members + departments > 0,
  );
  const list = { ...whole, items, total: used === '' ? whole.total : items.length };
  const manage = may(session, 'members', 'manage');
  const selection = useSelection(items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);
  const chosen = selection.chosen.length;

  async function removeMany(): Promise<void> {
    const done = await bulk.run(selection.chosen, 1, async ([tag]) => tag && api.delete(`/tags/${tag.id}`));
    if (done.length > 0) bulk.tell(words.removedMany(done.length), null);
    selection.clear();
    list.refresh();
  }
  const columns: readonly Column<Tag>[] = [
    { key: 'name', label: words.name, width: '2fr', render: ({ name }) => name },
    {
      key: 'members',
      label: words.members,
      width: '1fr',
      phone: true,
      render: tag => (
        <>
          {tag.members} <span className="meta only-phone">{words.members}</span>
        </>
      ),
    },
    { key: 'departments', label: words.departments, width: '1fr', render: tag => tag.departments },
  ];
  const open = list.items.find(({ id }) => `${id}` === rest);
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={manage && <AddButton label={words.add} onPress={() => go('add')} />}
      chosen={chosen}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <AskedAction
            label={texts.shell.remove}
            question={words.removeManyAsk(
              chosen,
              selection.chosen.reduce((sum, { members }) => sum + members, 0),
            )}
            onConfirm={() => void removeMany()}
          />
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.use}
            value={used}
            choices={[
              ['used', words.used],
              ['unused', words.unused],
            ]}
            onChange={setUsed}
          />
        </>
      }
    >
      <DataTable
        name="tags"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ name }) => name}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('add')} />}
        filtered={q !== '' || used !== ''}
        onClearFilters={() => {
          setQ('');
          setUsed('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        onOpen={({ id }) => go(`${id}`)}
        rowActions={tag =>
          manage && (
            <>
              <button type="button" className="button plain" onClick={() => setRenaming(tag)}>
                {words.rename}
              </button>
              <button type="button" className="button plain" onClick={() => setRemoving(tag)}>
                {texts.shell.remove}
              </button>
            </>
          )
        }
      />
      {open && <TagDrawer tag={open} onClose={() => go('')} onChanged={list.refresh} />}
      {rest === 'add' && manage && <NameTag onClose={() => go('')} onDone={list.refresh} />}
      {renaming && <NameTag tag={renaming} onClose={() => setRenaming(null)} onDone={list.refresh} />}
      {removing && (
        <Confirm
          question={words.removeAsk(removing.name, removing.members)}
          verb={texts.shell.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            setRemoving(null);
            const told = words.removed(removing.name);
            void act(api.delete(`/tags/${removing.id}`), { told }).then(list.refresh);
          }}
        />
      )}
    </TablePage>
  );
}

function NameTag({
  tag,
  onClose,
  onDone,
}: {
  readonly tag?: Tag;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().bin.tags;
  const [text, setText] = useState(tag?.name ?? '');
  const name = text.trim();
  return (
    <Ask
      title={tag ? words.rename : words.add}
      verb={tag ? words.rename : words.add}
      told={tag ? words.renamed : words.added(name)}
      disabled={name === ''}
      work={() => (tag ? api.patch(`/tags/${tag.id}`, { name }) : api.post('/tags', { name }))}
      onClose={onClose}
      onDone={onDone}
    >
      {problems => (
        <TextField
          label={words.name}
          value={text}
          maxLength={32}
          autoFocus
          problem={problems['name']}
          onChange={setText}
        />
      )}
    </Ask>
  );
}
