import type { ReactElement } from 'react';
import { useConsoleTexts } from '../../texts.ts';

/** Days as `2026-03-19`; empty: open on that side. Both inclusive. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;

/** The days as moments of the API, whose end is exclusive. */
export function periodQuery({ from, to }: Period): { readonly from?: string; readonly to?: string } {
  const moment = (day: string, add: number): string =>
    new Date(new Date(`${day}T00:00:00`).getTime() + add).toISOString();
  return { ...(from ? { from: moment(from, 0) } : {}), ...(to ? { to: moment(to, dayMs) } : {}) };
}

/** From one day to another. */
export function PeriodFilter({
  period,
  onChange,
}: {
  readonly period: Period;
  readonly onChange: (period: Period) => void;
}): ReactElement {
  const words = useConsoleTexts().logs;
  return (
    <>
      {(['from', 'to'] as const).map(end => (
        <label key={end} className="row">
          {words[end]}
          <input
            className="field"
            type="date"
            value={period[end]}
            onChange={event => onChange({ ...period, [end]: event.target.value })}
          />
        </label>
      ))}
    </>
  );
}
