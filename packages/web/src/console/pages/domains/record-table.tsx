import type { ReactElement } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { State, type Tone } from '../../kit/state.tsx';
import { useConsoleTexts } from '../../texts.ts';
import { Differing } from './differing.tsx';
import type { DomainRecord, DomainRecords, RecordGroup } from './types.ts';

const tones: Readonly<Record<NonNullable<DomainRecord['state']>, Tone>> = {
  ok: 'ok',
  missing: 'wait',
  wrong: 'bad',
  advised: 'wait',
  unanswered: 'warn',
};

const groups: readonly RecordGroup[] = ['receive', 'trust', 'access'];

/** Which records a domain should have and what the DNS says, in three groups (DOM-05, DOM-12). */
export function RecordTable({ records, superfluous }: DomainRecords): ReactElement {
  const words = useConsoleTexts().domains;
  const { columns } = words;
  return (
    <table className="record-table">
      <thead>
        <tr>
          <th scope="col">{columns.type}</th>
          <th scope="col">{columns.host}</th>
          <th scope="col">{columns.priority}</th>
          <th scope="col">{columns.value}</th>
          <th scope="col">{columns.found}</th>
          <th scope="col">{columns.state}</th>
        </tr>
      </thead>
      {groups.map(group => {
        const own = records.filter(record => record.group === group);
        if (own.length === 0) return null;
        const [title, why] = words.groups[group];
        return (
          <tbody key={group}>
            <tr className="record-group">
              <th scope="rowgroup" colSpan={6}>
                {title} <span className="meta">{why}</span>
              </th>
            </tr>
            {own.map(record => (
              <RecordRow key={record.id} record={record} />
            ))}
            {group === 'receive' &&
              superfluous.map(({ preference, exchange }) => (
                <tr key={`${preference} ${exchange}`} className="record-extra">
                  <td data-label={columns.type}>MX</td>
                  <td data-label={columns.host}>@</td>
                  <td data-label={columns.priority}>{preference}</td>
                  <td data-label={columns.value}>{words.removeRecord}</td>
                  <td data-label={columns.found} className="mono">
                    {exchange}
                  </td>
                  <td data-label={columns.state}>
                    <State tone="warn">{words.recordStates.extra}</State>
                  </td>
                </tr>
              ))}
          </tbody>
        );
      })}
    </table>
  );
}

function RecordRow({ record }: { readonly record: DomainRecord }): ReactElement {
  const words = useConsoleTexts().domains;
  const { columns } = words;
  const { type, host, priority, value, state, found } = record;
  const wrong = state === 'wrong' ? found[0] : undefined;
  return (
    <tr data-state={state ?? 'unknown'}>
      <td data-label={columns.type}>{type}</td>
      <td data-label={columns.host} className="mono">
        {host}
      </td>
      <td data-label={columns.priority}>{priority ?? '–'}</td>
      <td data-label={columns.value}>
        <div className="record-value">
          <span className="mono">
            {wrong === undefined ? value : <Differing text={value} other={wrong} />}
          </span>
          <span role="group" aria-label={words.copyOf(`${type} ${host}`)}>
            <CopyButton text={value} />
          </span>
        </div>
      </td>
      <td data-label={columns.found} className="mono">
        {found.length === 0 ? (
          <span className="meta">{words.nothingFound}</span>
        ) : (
          found.map(text => (
            <div key={text}>{wrong === undefined ? text : <Differing text={text} other={value} />}</div>
          ))
        )}
      </td>
      <td data-label={columns.state}>
        <State tone={state === null ? 'wait' : tones[state]}>{words.recordStates[state ?? 'unknown']}</State>
      </td>
    </tr>
  );
}
