import { type ReactElement, useEffect, useState } from 'react';
import { count, fileSize } from '../../../lib/format.ts';
import { Card } from '../../../ui/form.tsx';
import type { Page } from '../../api.ts';
import { LoadState } from '../../kit/load-state.tsx';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

interface MailboxCapacity {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly usedBytes: number;
  readonly limitBytes: number | null;
  readonly messages: number;
  /** Deleted for good within the last 30 days. */
  readonly deletedLastMonth: number;
}

interface Capacities {
  readonly items: readonly MailboxCapacity[];
  readonly loading: boolean;
  readonly failure: unknown;
  readonly reload: () => void;
}

/** Each question of a search, and of the list of those that are nearly full. */
const mostFound = 20;
const atOnce = 200;

/**
 * The mailboxes that were looked for, or those nearly full. For the latter the server looks into each mailbox of the
 * company: what is found stands there as it comes.
 */
function useCapacities(q: string): Capacities {
  const { api } = useConsole();
  const [round, setRound] = useState(0);
  const [state, setState] = useState<Omit<Capacities, 'reload'>>({ items: [], loading: true, failure: null });
  useEffect(() => {
    let wanted = true;
    const read = async (): Promise<void> => {
      let cursor: string | null = null;
      let items: readonly MailboxCapacity[] = [];
      do {
        const query = q ? { q, limit: mostFound } : { limit: atOnce, cursor };
        const page: Page<MailboxCapacity> = await api.get('/statistics/capacity', query);
        if (!wanted) return;
        items = [...items, ...page.items];
        cursor = q ? null : page.next;
        setState({ items, loading: cursor !== null, failure: null });
      } while (cursor !== null);
    };
    setState(before => ({ ...before, loading: true, failure: null }));
    read().catch((failure: unknown) => {
      if (wanted) setState(before => ({ ...before, loading: false, failure }));
    });
    return () => {
      wanted = false;
    };
  }, [api, q, round]);
  return { ...state, reload: () => setRound(round + 1) };
}

/** Mailboxes with less than a tenth left; any one when looked for (STA-05). */
export function Capacity(): ReactElement {
  const words = useConsoleTexts().find.statistics;
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const found = useCapacities(q);
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
          placeholder={words.searchMailboxHint}
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
      {found.failure !== null && <LoadState of={{ ...found, loading: false, value: null }} />}
      {found.loading && (
        <p className="meta" role="status">
          {words.looking}
        </p>
      )}
      {!found.loading && found.failure === null && found.items.length === 0 && (
        <p className="meta settings-empty">{q ? words.capacityNone : words.capacityEmpty}</p>
      )}
      {found.items.length > 0 && (
        <div className="figures-scroll" tabIndex={0} role="region" aria-label={words.capacity}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.mailbox}</th>
                <th scope="col">{words.total}</th>
                <th scope="col">{words.used}</th>
                <th scope="col">{words.left}</th>
                <th scope="col">{words.messages}</th>
                <th scope="col">{words.deletedLastMonth}</th>
              </tr>
            </thead>
            <tbody>
              {found.items.map(({ id, name, address, usedBytes, limitBytes, messages, deletedLastMonth }) => (
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
                  <td>{count(deletedLastMonth)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
