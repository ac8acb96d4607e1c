import { type ReactElement, useState } from 'react';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type Period, PeriodFilter, periodQuery } from '../logs/period-filter.tsx';
import { JourneyDrawer } from './journey-drawer.tsx';
import { stateTones } from './tones.ts';
import { type Journey, journeyStates } from './types.ts';
import './find.css';

interface Search {
  readonly address: string;
  readonly subject: string;
  readonly messageId: string;
  readonly queueId: string;
  readonly state: string;
  readonly period: Period;
}

const dayMs = 86_400_000;
const standardDays = 7;

function isoDay(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function freshSearch(): Search {
  return {
    address: '',
    subject: '',
    messageId: '',
    queueId: '',
    state: '',
    period: { from: isoDay(Date.now() - (standardDays - 1) * dayMs), to: '' },
  };
}

function queryOf({ period, ...rest }: Search): Record<string, string> {
  return { ...periodQuery(period), ...rest };
}

/** 邮件去向: where did my message go (LOG-01). */
export default function TracePage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.find;
  const time = useTime();
  const [draft, setDraft] = useState(freshSearch);
  const [search, setSearch] = useState(draft);
  const list = useApiList<Journey>('/trace', { ...queryOf(search), limit: 50 });
  const narrowed = JSON.stringify(search) !== JSON.stringify(freshSearch());
  const columns: readonly Column<Journey>[] = [
    {
      key: 'mail',
      label: words.subjectAndRecipient,
      width: '5fr',
      phone: true,
      render: ({ subject, recipients }) => (
        <span className="trace-mail">
          <span className="clip">{subject || words.noSubject}</span>
          <span className="meta clip">{recipients.map(({ address }) => address).join('、')}</span>
        </span>
      ),
    },
    {
      key: 'state',
      label: words.result,
      width: '2fr',
      phone: true,
      render: ({ state }) => <State tone={stateTones[state]}>{words.states[state]}</State>,
    },
    {
      key: 'sender',
      label: words.sender,
      width: '3fr',
      phone: true,
      render: ({ sender }) => sender || words.nobody,
    },
    { key: 'time', label: words.time, width: '2fr', phone: true, render: ({ at }) => time(at) },
  ];
  const field = (name: 'address' | 'subject' | 'messageId' | 'queueId'): ReactElement => (
    <input
      className="field"
      type="search"
      aria-label={words[name]}
      placeholder={words[name]}
      value={draft[name]}
      maxLength={200}
      onChange={event => setDraft({ ...draft, [name]: event.target.value })}
    />
  );
  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      actions={
        <a className="button" href={api.fileUrl('/trace/export', queryOf(search))} download>
          {texts.shell.exportCsv}
        </a>
      }
      filters={
        <form
          className="row page-filters"
          onSubmit={event => {
            event.preventDefault();
            setSearch({ ...draft, address: draft.address.trim(), subject: draft.subject.trim() });
          }}
        >
          {field('address')}
          {field('subject')}
          <PeriodFilter period={draft.period} onChange={period => setDraft({ ...draft, period })} />
          <select
            className="field"
            aria-label={words.result}
            value={draft.state}
            onChange={event => setDraft({ ...draft, state: event.target.value })}
          >
            <option value="">{words.allResults}</option>
            {journeyStates.map(state => (
              <option key={state} value={state}>
                {words.states[state]}
              </option>
            ))}
          </select>
          <details className="trace-more">
            <summary>{words.more}</summary>
            <div className="row">
              {field('messageId')}
              {field('queueId')}
            </div>
          </details>
          <button type="submit" className="button primary">
            {words.search}
          </button>
        </form>
      }
    >
      <DataTable
        name="trace"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ queueId }) => queueId}
        nameOf={({ subject }) => subject || words.noSubject}
        // Not "nothing matches": that no mail came says something.
        empty={narrowed ? words.empty : words.emptyWeek}
        emptyAction={
          narrowed && (
            <button
              type="button"
              className="button"
              onClick={() => {
                setDraft(freshSearch());
                setSearch(freshSearch());
              }}
            >
              {texts.shell.clearFilters}
            </button>
          )
        }
        onOpen={({ queueId }) => go(queueId)}
      />
      {rest !== '' && (
        <JourneyDrawer
          key={rest}
          queueId={rest}
          manage={may(session, 'trace', 'manage')}
          onClose={() => go('')}
          onChanged={list.refresh}
        />
      )}
    </TablePage>
  );
}
