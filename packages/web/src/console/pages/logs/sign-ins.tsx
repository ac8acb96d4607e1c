import { type ReactElement, useMemo, useState } from 'react';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { State } from '../../kit/state.tsx';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type Period, PeriodFilter, periodQuery } from './period-filter.tsx';

interface SignIn {
  readonly id: number;
  readonly at: string;
  readonly login: string;
  readonly address: string;
  readonly service: string;
  readonly method: string;
  readonly agent: string | null;
  readonly result: string;
}

/** 登录记录 (LOG-02). */
export default function SignInsPage(): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.logs;
  const time = useTime();
  const [period, setPeriod] = useState<Period>({ from: '', to: '' });
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [failed, setFailed] = useState(false);
  const accountId = people[0]?.id;
  const query = useMemo(() => ({ ...periodQuery(period), accountId }), [period, accountId]);
  const list = useApiList<SignIn>('/sign-ins', { ...query, failed: failed || undefined });
  const services: Readonly<Record<string, string>> = words.services;
  const results: Readonly<Record<string, string>> = words.signInResults;
  const columns: readonly Column<SignIn>[] = [
    { key: 'member', label: words.member, width: '2.5fr', phone: true, render: ({ login }) => login },
    {
      key: 'result',
      label: words.result,
      width: '2fr',
      phone: true,
      render: ({ result }) =>
        result === 'ok' ? (
          <State tone="ok">{words.succeeded}</State>
        ) : (
          <State tone="bad">{results[result] ?? result}</State>
        ),
    },
    { key: 'time', label: words.time, width: '1.5fr', phone: true, render: ({ at }) => time(at) },
    {
      key: 'service',
      label: words.service,
      width: '1fr',
      render: ({ service }) => services[service] ?? service,
    },
    { key: 'address', label: words.address, width: '1.5fr', render: ({ address }) => address },
    { key: 'agent', label: words.agent, width: '2fr', render: ({ agent }) => agent ?? '' },
  ];
  return (
    <TablePage
      title={words.signIns}
      hint={words.signInsHint}
      actions={
        <a className="button" href={api.fileUrl('/sign-ins/export', query)} download>
          {texts.shell.exportCsv}
        </a>
      }
      filters={
        <>
          <PeriodFilter period={period} onChange={setPeriod} />
          <PeoplePicker single label={words.member} value={people} onChange={setPeople} />
          <label className="row">
            <input type="checkbox" checked={failed} onChange={event => setFailed(event.target.checked)} />
            {words.onlyFailed}
          </label>
        </>
      }
    >
      <DataTable
        name="sign-ins"
        label={words.signIns}
        list={list}
        columns={columns}
        keyOf={({ id, at }) => `${at} ${id}`}
        nameOf={({ login, at }) => `${login} ${time(at)}`}
        empty={words.signInsEmpty}
        filtered={failed || people.length > 0 || period.from !== '' || period.to !== ''}
        onClearFilters={() => {
          setFailed(false);
          setPeople([]);
          setPeriod({ from: '', to: '' });
        }}
      />
    </TablePage>
  );
}
