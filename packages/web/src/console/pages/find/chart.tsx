import { type ReactElement, useState } from 'react';
import { count } from '../../../lib/format.ts';
import { useConsoleTexts } from '../../texts.ts';

export interface ChartDay {
  /** `2026-11-22`. */
  readonly day: string;
  readonly values: readonly number[];
}

const size = { width: 800, height: 200, left: 40, bottom: 24, top: 8 };

/** The least of 1, 2, 5 times a power of ten that is not below `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value) ?? value;
}

/** Bars by day, several series on top of each other; the same as a table for whoever wants figures. */
export function Chart({
  label,
  series,
  days,
}: {
  readonly label: string;
  readonly series: readonly string[];
  readonly days: readonly ChartDay[];
}): ReactElement {
  const words = useConsoleTexts().find.statistics;
  const [figures, setFigures] = useState(false);
  const most = Math.max(0, ...days.map(({ values }) => values.reduce((all, one) => all + one, 0)));
  return (
    <>
      <div className="row">
        <div className="legend grow">
          {series.map((name, index) => (
            <span key={name}>
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" className={`series-${index}`} />
              </svg>
              {name}
            </span>
          ))}
        </div>
        <button
          type="button"
          className="button plain"
          aria-pressed={figures}
          onClick={() => setFigures(!figures)}
        >
          {figures ? words.asChart : words.asTable}
        </button>
      </div>
      {most === 0 ? (
        <p className="meta settings-empty">{words.nothing}</p>
      ) : figures ? (
        <div className="figures-scroll" tabIndex={0} role="region" aria-label={label}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.day}</th>
                {series.map(name => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, values }) => (
                <tr key={day}>
                  <td>{day}</td>
                  {values.map((value, index) => (
                    <td key={series[index]}>{count(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Bars label={label} series={series} days={days} top={roundUp(most)} />
      )}
    </>
  );
}

function Bars({
  label,
  series,
  days,
  top,
}: {
  readonly label: string;
  readonly series: readonly string[];
  readonly days: readonly ChartDay[];
  readonly top: number;
}): ReactElement {
  const height = size.height - size.bottom - size.top;
  const step = (size.width - size.left) / Math.max(days.length, 1);
  const every = Math.ceil(days.length / 8);
  const y = (value: number): number => size.top + height * (1 - value / top);
  return (
    <svg className="chart" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={label}>
      {[0, top / 2, top].map(value => (
        <g key={value}>
          <line x1={size.left} x2={size.width} y1={y(value)} y2={y(value)} />
          <text x={size.left - 6} y={y(value) + 4} textAnchor="end">
            {Number.isInteger(value) ? count(value) : ''}
          </text>
        </g>
      ))}
      {days.map(({ day, values }, index) => {
        let below = 0;
        const x = size.left + index * step;
        return (
          <g key={day}>
            <title>{`${day} ${values.map((value, at) => `${series[at] ?? ''} ${count(value)}`).join(' ')}`}</title>
            {values.map((value, at) => {
              below += value;
              return (
                <rect
                  key={series[at]}
                  className={`series-${at}`}
                  x={x + step * 0.15}
                  width={Math.max(step * 0.7, 1)}
                  y={y(below)}
                  height={(height * value) / top}
                />
              );
            })}
            {index % every === 0 && (
              <text x={x + step / 2} y={size.height - 8} textAnchor="middle">
                {day.slice(5)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
