import { type ReactElement, useCallback, useState } from 'react';
import type { Page } from '../../api.ts';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { TablePage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useList } from '../../kit/use-list.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import type { PageProps } from '../../pages.tsx';
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
  const list = useList(
    useCallback(
      (cursor: string | null) =>
        api.get<Page<OutsideContact>>('/outside-contacts', { q: q.trim(), groupId, cursor, limit: 100 }),
      [api, q, groupId],
    ),
  );
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
  /** Back to what it was, as a new entry: `undo` of a removal. */
  const restore = ({ id: _id, ...contact }: OutsideContact): void => {
    const { groupId: group, name, address, organisation, jobTitle, mobile, phone, note } = contact;
    const body = { groupId: group, name, address, organisation, jobTitle, mobile, phone, note };
    void run(api.post('/outside-contacts', body)).then(changed);
  };
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
            <button type="button" className="button primary" onClick={() => go('new')}>
              {words.add}
            </button>
          </>
        )
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
        onOpen={({ id }) => go(`${id}`)}
        rowActions={contact =>
          manage && (
            <button
              type="button"
              className="button plain"
              onClick={() =>
                void run(api.delete(`/outside-contacts/${contact.id}`), {
                  told: words.removed(contact.name || contact.address),
                  undo: () => restore(contact),
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
