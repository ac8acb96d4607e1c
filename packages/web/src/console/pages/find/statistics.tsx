import '../../kit/pickers.css';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { count } from '../../../lib/format.ts';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Capacity } from './capacity.tsx';
import { Chart } from './chart.tsx';
import './find.css';

interface Numbers {
  readonly sentOutside: number;
  readonly sentInside: number;
  readonly receivedOutside: number;
  readonly refused: number;
  readonly junk: number;
  readonly people: number;
}

interface Statistics {
  readonly days: readonly (Numbers & { readonly day: string })[];
  readonly total: Numbers;
}

const dayMs = 86_400_000;
const periods = [7, 30, 90];

/** The last days, today included, in the reader's own days. */
function periodOf(days: number): { from: string; to: string; offset: number } {
  const now = new Date();
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
  return {
    from: new Date(tomorrow - days * dayMs).toISOString(),
    to: new Date(tomorrow).toISOString(),
    offset: -now.getTimezoneOffset(),
  };
}

/** 数据统计 (STA-02 to STA-05). */
export default function StatisticsPage(): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.find.statistics;
  const [days, setDays] = useState(7);
  const period = useMemo(() => periodOf(days), [days]);
  const found = useLoaded(useCallback(() => api.get<Statistics>('/statistics', period), [api, period]));
  const { value } = found;
  const total = value?.total;
  const charted = (names: readonly (keyof Numbers)[]): { day: string; values: number[] }[] =>
    value?.days.map(one => ({ day: one.day, values: names.map(name => one[name]) })) ?? [];
  return (
    <div className="statistics form-page">
      <FormPage
        title={words.title}
        hint={words.hint}
        actions={
          <>
            <select
              className="field join-state"
              aria-label={words.period}
              value={days}
              onChange={event => setDays(Number(event.target.value))}
            >
              {periods.map(one => (
                <option key={one} value={one}>
                  {words.periods[one]}
                </option>
              ))}
            </select>
            <a className="button" href={api.fileUrl('/statistics/export', period)} download>
              {words.exportCsv}
            </a>
          </>
        }
      >
        <LoadState of={found} />
        {value && total && (
          <>
            <Card title={words.traffic}>
              <Figures
                of={[
                  [words.sent, total.sentOutside + total.sentInside],
                  [words.sentOutside, total.sentOutside],
                  [words.sentInside, total.sentInside],
                  [words.received, total.receivedOutside + total.sentInside],
                  [words.receivedOutside, total.receivedOutside],
                ]}
              />
              <Chart
                label={words.traffic}
                series={[words.sentOutside, words.sentInside, words.receivedOutside]}
                days={charted(['sentOutside', 'sentInside', 'receivedOutside'])}
              />
            </Card>
            <Card title={words.signIns} hint={words.signInsHint}>
              <Figures of={[[words.people, total.people]]} />
              <Chart label={words.signIns} series={[words.people]} days={charted(['people'])} />
            </Card>
            <Card title={words.blocked} hint={words.blockedHint}>
              <Figures
                of={[
                  [words.refusedMail, total.refused],
                  [words.junk, total.junk],
                ]}
              />
              <Chart
                label={words.blocked}
                series={[words.refusedMail, words.junk]}
                days={charted(['refused', 'junk'])}
              />
            </Card>
          </>
        )}
        <Capacity />
      </FormPage>
    </div>
  );
}

function Figures({ of }: { readonly of: readonly (readonly [string, number])[] }): ReactElement {
  return (
    <dl className="numbers">
      {of.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
