import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
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
  const list = useWholeList<Tag>('/tags', q, ({ name }) => [name]);
  const manage = may(session, 'members', 'manage');
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
      filters={<SearchField label={words.search} value={q} onChange={setQ} />}
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
        filtered={q !== ''}
        onClearFilters={() => setQ('')}
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
