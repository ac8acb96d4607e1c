import { type ReactElement, useState } from 'react';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { SettingDrawer } from './setting-drawer.tsx';
import type { NoticeSetting } from './types.ts';

type Way = 'mail' | 'console';

/** 通知设置: what administrators are told of, how, and who gets the mail. */
export default function NoticeSettingsPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const { settings: words, events } = texts.notices;
  const [q, setQ] = useState('');
  const [way, setWay] = useState('');
  const manage = may(session, 'company', 'manage');
  const whole = useWholeList<NoticeSetting>('/notice-settings', q, ({ event }) => [
    events[event],
    words.abouts[event],
  ]);
  const items = whole.items.filter(setting => way === '' || setting[way as Way]);
  const list = { ...whole, items, total: items.length };
  const selection = useSelection(items, ({ event }) => event);
  const bulk = useBulk(list.refresh);

  async function setMany(name: Way, value: boolean): Promise<void> {
    const set = (some: readonly NoticeSetting[], to: boolean): Promise<readonly NoticeSetting[]> =>
      bulk.run(
        some,
        1,
        async ([setting]) => setting && api.patch(`/notice-settings/${setting.event}`, { [name]: to }),
      );
    const done = await set(
      selection.chosen.filter(setting => setting[name] !== value),
      value,
    );
    if (done.length > 0) bulk.tell(words.changedMany(done.length), () => set(done, !value));
    selection.clear();
    list.refresh();
  }

  const told = (on: boolean): ReactElement => (
    <State tone={on ? 'ok' : 'wait'}>{on ? words.on : words.off}</State>
  );
  const recipients = ({ mail, recipients: who, accounts, addresses, candidates }: NoticeSetting): string => {
    if (!mail) return '';
    if (who === 'chosen') return words.chosenCount(accounts.length, addresses.length);
    const everybody = words.responsibleNow(candidates.length);
    return addresses.length === 0 ? everybody : `${everybody} · ${words.alsoTo(addresses.length)}`;
  };
  const columns: readonly Column<NoticeSetting>[] = [
    { key: 'event', label: words.event, width: '1.6fr', render: ({ event }) => events[event] },
    {
      key: 'about',
      label: words.about,
      width: '4fr',
      render: ({ event }) => <span title={words.abouts[event]}>{words.abouts[event]}</span>,
    },
    {
      key: 'mail',
      label: words.mail,
      width: '1fr',
      phone: true,
      render: ({ mail }) => (
        <>
          <span className="only-phone">{words.mail}: </span>
          {told(mail)}
        </>
      ),
    },
    {
      key: 'console',
      label: words.console,
      width: '1fr',
      phone: true,
      render: ({ console }) => (
        <>
          <span className="only-phone">{words.console}: </span>
          {told(console)}
        </>
      ),
    },
    { key: 'recipients', label: words.recipients, width: '2.6fr', render: recipients },
  ];
  const open = whole.items.find(({ event }) => event === rest);
  const offer = (name: Way, value: boolean, label: string): ReactElement | false =>
    selection.chosen.some(setting => setting[name] !== value) && (
      <button type="button" className="button plain" onClick={() => void setMany(name, value)}>
        {label}
      </button>
    );
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={manage ? words.hint : texts.shell.viewOnly}
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <>
            {offer('mail', true, words.mailOn)}
            {offer('mail', false, words.mailOff)}
            {offer('console', true, words.consoleOn)}
            {offer('console', false, words.consoleOff)}
          </>
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.on}
            value={way}
            choices={[
              ['mail', words.mail],
              ['console', words.console],
            ]}
            onChange={setWay}
          />
        </>
      }
    >
      <DataTable
        name="notice-settings"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ event }) => event}
        nameOf={({ event }) => events[event]}
        empty={words.empty}
        filtered={q !== '' || way !== ''}
        onClearFilters={() => {
          setQ('');
          setWay('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        onOpen={({ event }) => go(event)}
      />
      {open && (
        <SettingDrawer
          key={open.event}
          setting={open}
          manage={manage}
          onClose={() => go('')}
          onSaved={() => {
            list.refresh();
            go('');
          }}
        />
      )}
    </TablePage>
  );
}
