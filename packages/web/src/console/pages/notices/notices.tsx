import { type ReactElement, useContext, useEffect, useState } from 'react';
import { Drawer } from '../../kit/drawer.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { NoticesContext } from '../../unread-notices.ts';
import { type Notice, type NoticeEvent, noticePages } from './types.ts';

/** 通知: what the administrator is told of in the console. Whoever opens the page has seen them. */
export default function NoticesPage({ rest, go }: PageProps): ReactElement {
  const { session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.notices;
  const time = useTime();
  const { seen } = useContext(NoticesContext);
  const [event, setEvent] = useState('');
  const [q, setQ] = useState('');
  const list = useApiList<Notice>('/notices', { event, q });
  // What is new keeps its mark for as long as the page is open.
  const newest = event === '' && q === '' ? list.items[0] : undefined;
  useEffect(() => {
    if (newest && !newest.read) seen(newest.id);
  }, [newest, seen]);
  const columns: readonly Column<Notice>[] = [
    {
      key: 'subject',
      label: words.subject,
      width: '4fr',
      render: ({ subject, read }) => (
        <>
          {!read && <span className="chip unread">{words.isNew}</span>}{' '}
          <span className={read ? '' : 'strong'}>{subject}</span>
        </>
      ),
    },
    {
      key: 'event',
      label: words.event,
      width: '1.5fr',
      phone: true,
      render: notice => words.events[notice.event],
    },
    { key: 'time', label: words.time, width: '1.5fr', phone: true, render: ({ at }) => time(at) },
  ];
  const open = list.items.find(({ id }) => `${id}` === rest);
  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      actions={
        may(session, 'company', 'view') && (
          <a className="button" href="#/notice-settings">
            {words.toSettings}
          </a>
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.event}
            value={event}
            choices={(Object.keys(words.events) as NoticeEvent[]).map(name => [name, words.events[name]])}
            onChange={setEvent}
          />
        </>
      }
    >
      <DataTable
        name="notices"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ subject }) => subject}
        empty={words.empty}
        filtered={event !== '' || q !== ''}
        onClearFilters={() => {
          setEvent('');
          setQ('');
        }}
        onOpen={({ id }) => go(`${id}`)}
      />
      {open && (
        <Drawer
          title={open.subject}
          onClose={() => go('')}
          actions={
            <a className="button primary" href={`#/${noticePages[open.event]}`}>
              {words.go}
            </a>
          }
        >
          <p className="meta">
            {words.events[open.event]} · {time(open.at)}
          </p>
          <p>{open.text}</p>
        </Drawer>
      )}
    </TablePage>
  );
}
