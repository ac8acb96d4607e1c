import { type ReactElement, useCallback, useState } from 'react';
import { Menu } from '../../../ui/menu.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { ContactDrawer } from './contact-drawer.tsx';
import { ContactGroups, type ContactGroupsAnswer } from './contact-groups.tsx';

export interface OutsideContact {
  readonly id: number;
  readonly groupId: number | null;
  readonly name: string;
  readonly address: string;
  readonly organisation: string;
  readonly jobTitle: string;
  readonly mobile: string;
  readonly phone: string;
  readonly note: string;
}

/** 外部联系人 (CON-04). */
export default function OutsideContactsPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.outside;
  const run = useAction();
  const manage = may(session, 'members', 'manage');
  const [q, setQ] = useState('');
  const [groupId, setGroupId] = useState('');
  const list = useApiList<OutsideContact>('/outside-contacts', { q, groupId });
  const selection = useSelection(list.items, ({ id }) => `${id}`);
  const groups = useLoaded(useCallback(() => api.get<ContactGroupsAnswer>('/outside-contact-groups'), [api]));
  const names = new Map(groups.value?.groups.map(({ id, name }) => [id, name]));
  const columns: readonly Column<OutsideContact>[] = [
    {
      key: 'name',
      label: words.name,
      width: '2fr',
      phone: true,
      render: ({ name, address }) => name || address,
    },
    { key: 'address', label: words.address, width: '3fr', phone: true, render: ({ address }) => address },
    {
      key: 'organisation',
      label: words.organisation,
      width: '2fr',
      phone: true,
      render: ({ organisation }) => organisation,
    },
    { key: 'mobile', label: words.mobile, width: '1.5fr', render: ({ mobile, phone }) => mobile || phone },
    {
      key: 'group',
      label: words.group,
      width: '1.5fr',
      render: contact =>
        contact.groupId === null ? words.unassigned : (names.get(contact.groupId) ?? words.unassigned),
    },
  ];
  const changed = (): void => {
    list.refresh();
    groups.reload();
  };
  const bulk = useBulk(changed);
  const remove = ({ id }: OutsideContact): Promise<unknown> => api.delete(`/outside-contacts/${id}`);
  /** Back to what it was, as a new entry: `undo` of a removal. */
  const restore = (contact: OutsideContact): Promise<unknown> => {
    const { groupId: group, name, address, organisation, jobTitle, mobile, phone, note } = contact;
    const body = { groupId: group, name, address, organisation, jobTitle, mobile, phone, note };
    return api.post('/outside-contacts', body);
  };

  async function removeMany(): Promise<void> {
    const done = await bulk.run(selection.chosen, 1, async ([contact]) => contact && remove(contact));
    if (done.length > 0)
      bulk.tell(words.removedMany(done.length), () =>
        bulk.run(done, 1, async ([contact]) => contact && restore(contact)),
      );
    selection.clear();
    changed();
  }

  /** All chosen into one group; null: into none. */
  async function moveMany(target: number | null): Promise<void> {
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([contact]) => contact && api.patch(`/outside-contacts/${contact.id}`, { groupId: target }),
    );
    if (done.length > 0)
      bulk.tell(words.movedMany(done.length), () =>
        bulk.run(
          done,
          1,
          async ([contact]) =>
            contact && api.patch(`/outside-contacts/${contact.id}`, { groupId: contact.groupId }),
        ),
      );
    selection.clear();
    changed();
  }
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={
        manage && (
          <>
            <button type="button" className="button" onClick={() => go('groups')}>
              {words.groupsTitle}
            </button>
            <AddButton label={words.add} onPress={() => go('new')} />
          </>
        )
      }
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <>
            <Menu
              label={words.moveTo}
              items={[
                { key: '0', label: words.unassigned, run: () => void moveMany(null) },
                ...(groups.value?.groups ?? []).map(({ id, name }) => ({
                  key: `${id}`,
                  label: name,
                  run: () => void moveMany(id),
                })),
              ]}
            />
            <button type="button" className="button plain" onClick={() => void removeMany()}>
              {texts.shell.remove}
            </button>
          </>
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <select
            className="field"
            aria-label={words.group}
            value={groupId}
            onChange={event => setGroupId(event.target.value)}
          >
            <option value="">{words.all}</option>
            <option value="0">{words.unassigned}</option>
            {groups.value?.groups.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </>
      }
    >
      <DataTable
        name="outside-contacts"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ name, address }) => name || address}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={() => go('new')} />}
        filtered={q !== '' || groupId !== ''}
        onClearFilters={() => {
          setQ('');
          setGroupId('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        onOpen={({ id }) => go(`${id}`)}
        rowActions={contact =>
          manage && (
            <button
              type="button"
              className="button plain"
              onClick={() =>
                void run(remove(contact), {
                  told: words.removed(contact.name || contact.address),
                  undo: () => void run(restore(contact)).then(changed),
                }).then(changed)
              }
            >
              {texts.shell.remove}
            </button>
          )
        }
      />
      {rest === 'groups' && manage && (
        <ContactGroups groups={groups} onClose={() => go('')} onChanged={changed} />
      )}
      {(rest === 'new' || /^\d+$/.test(rest)) && (
        <ContactDrawer
          key={rest}
          id={rest === 'new' ? null : Number(rest)}
          groups={groups.value?.groups ?? []}
          manage={manage}
          onClose={() => go('')}
          onChanged={changed}
        />
      )}
    </TablePage>
  );
}
