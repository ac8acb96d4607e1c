import { type ReactElement, useCallback, useState } from 'react';
import { count, fileSize } from '../../../lib/format.ts';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll } from '../../kit/organisation.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

interface MailboxCapacity {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly usedBytes: number;
  readonly limitBytes: number | null;
  readonly messages: number;
}

/** Mailboxes with less than a tenth left; any one when looked for (STA-05). */
export function Capacity(): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().find.statistics;
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const found = useLoaded(
    useCallback(
      async (): Promise<readonly MailboxCapacity[]> =>
        q
          ? (await api.get<{ items: readonly MailboxCapacity[] }>('/statistics/capacity', { q, limit: 20 }))
              .items
          : readAll<MailboxCapacity>(api, '/statistics/capacity'),
      [api, q],
    ),
  );
  return (
    <Card title={words.capacity} hint={words.capacityHint}>
      <form
        className="row settings-add"
        onSubmit={event => {
          event.preventDefault();
          setQ(typed.trim());
        }}
      >
        <input
          className="field"
          type="search"
          aria-label={words.searchMailbox}
          placeholder={words.searchMailbox}
          value={typed}
          maxLength={100}
          onChange={event => {
            setTyped(event.target.value);
            if (event.target.value === '') setQ('');
          }}
        />
        <button type="submit" className="button">
          {words.searchMailbox}
        </button>
      </form>
      <LoadState of={found} />
      {found.value?.length === 0 && <p className="meta settings-empty">{words.capacityEmpty}</p>}
      {found.value && found.value.length > 0 && (
        <div className="figures-scroll" tabIndex={0} role="region" aria-label={words.capacity}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.mailbox}</th>
                <th scope="col">{words.total}</th>
                <th scope="col">{words.used}</th>
                <th scope="col">{words.left}</th>
                <th scope="col">{words.messages}</th>
              </tr>
            </thead>
            <tbody>
              {found.value.map(({ id, name, address, usedBytes, limitBytes, messages }) => (
                <tr key={id}>
                  <td>
                    {name} <span className="meta">{address}</span>
                  </td>
                  <td>{limitBytes === null ? words.unlimited : fileSize(limitBytes)}</td>
                  <td>{fileSize(usedBytes)}</td>
                  <td>
                    {limitBytes === null ? words.unlimited : fileSize(Math.max(0, limitBytes - usedBytes))}
                  </td>
                  <td>{count(messages)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
