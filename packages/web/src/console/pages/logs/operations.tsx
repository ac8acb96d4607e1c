import { type ReactElement, useMemo, useState } from 'react';
import { readerTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { Drawer } from '../../kit/drawer.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { TablePage } from '../../kit/page.tsx';
import type { PageProps } from '../../pages.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { DetailsTable } from './details-table.tsx';
import { type Period, PeriodFilter, periodQuery } from './period-filter.tsx';

interface Operation {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly summary: string;
  readonly target: string;
  readonly clientAddress: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** 操作记录 (LOG-03). */
export default function OperationsPage({ rest, go }: PageProps): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.logs;
  const language = useLanguage();
  const today = useTexts().list.today;
  const [period, setPeriod] = useState<Period>({ from: '', to: '' });
  const [actor, setActor] = useState('');
  const [target, setTarget] = useState('');
  const query = useMemo(() => ({ ...periodQuery(period), actor, target }), [period, actor, target]);
  const list = useApiList<Operation>('/operations', query);
  const time = (at: string): string => readerTime(new Date(at), new Date(), language, today);
  const columns: readonly Column<Operation>[] = [
    {
      key: 'action',
      label: words.action,
      width: '3fr',
      phone: true,
      render: operation => operation.summary,
    },
    { key: 'target', label: words.target, width: '3fr', phone: true, render: ({ target: object }) => object },
    { key: 'actor', label: words.actor, width: '2fr', phone: true, render: operation => operation.actor },
    {
      key: 'address',
      label: words.address,
      width: '1fr',
      render: ({ clientAddress }) => clientAddress ?? '',
    },
    { key: 'time', label: words.time, width: '1.5fr', render: ({ at }) => time(at) },
  ];
  const open = list.items.find(({ id }) => `${id}` === rest);

  return (
    <TablePage
      title={words.operations}
      total={list.total}
      hint={words.operationsHint}
      actions={
        <a className="button" href={api.fileUrl('/operations/export', query)} download>
          {texts.shell.exportCsv}
        </a>
      }
      filters={
        <>
          <PeriodFilter period={period} onChange={setPeriod} />
          <SearchField label={words.who} value={actor} onChange={setActor} />
          <SearchField label={words.what} value={target} onChange={setTarget} />
        </>
      }
    >
      <DataTable
        name="operations"
        label={words.operations}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={operation => operation.summary}
        empty={words.operationsEmpty}
        filtered={actor !== '' || target !== '' || period.from !== '' || period.to !== ''}
        onClearFilters={() => {
          setActor('');
          setTarget('');
          setPeriod({ from: '', to: '' });
        }}
        onOpen={({ id }) => go(`${id}`)}
      />
      {open && (
        <Drawer title={open.summary} onClose={() => go('')}>
          <dl className="detail-list">
            {[
              [words.target, open.target],
              [words.actor, open.actor],
              [words.time, time(open.at)],
              [words.address, open.clientAddress ?? ''],
            ].map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h3 className="settings-sub">{words.details}</h3>
          <DetailsTable details={open.details} />
        </Drawer>
      )}
    </TablePage>
  );
}
