import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import type { Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { ClientPassword } from '../sharing/mailbox-passwords.tsx';

interface Account {
  readonly clientsAllowed: boolean;
  readonly clientsEnabled: boolean;
  readonly safeSignIn: boolean;
  readonly safeSignInForced: boolean;
  readonly secondFactor: boolean;
  readonly sessions: number;
  readonly clientPasswords: readonly ClientPassword[];
}

interface Asking {
  readonly question: string;
  readonly verb: string;
  readonly told: string;
  readonly work: () => Promise<unknown>;
}

/** How one member stands, and what can be done for them. */
export function AccountSignIn({
  person,
  manage,
}: {
  readonly person: Person;
  readonly manage: boolean;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.signIn;
  const shared = texts.sharing.mailboxes;
  const time = useTime();
  const run = useAction();
  const [asking, setAsking] = useState<Asking | null>(null);
  const path = `/sign-in/accounts/${person.id}`;
  const account = useLoaded(useCallback(() => api.get<Account>(path), [api, path]));
  const name = person.name || person.address || `#${person.id}`;
  const { value } = account;
  const button = (label: string, ask: Asking): ReactElement | null =>
    manage ? (
      <button type="button" className="button plain" onClick={() => setAsking(ask)}>
        {label}
      </button>
    ) : null;
  return (
    <div role="status">
      <LoadState of={account} />
      {value && (
        <ul className="settings-list">
          <li>
            <span className="grow">{words.clients}</span>
            {words.clientsState[!value.clientsAllowed ? 'refused' : value.clientsEnabled ? 'on' : 'off']}
          </li>
          <li>
            <span className="grow">{words.safeSignIn}</span>
            {words.safeState[value.safeSignInForced ? 'forced' : value.safeSignIn ? 'on' : 'off']}
          </li>
          <li>
            <span className="grow">{words.secondFactor}</span>
            {value.secondFactor ? words.secondOn : words.secondOff}
            {value.secondFactor &&
              button(words.resetSecond, {
                question: words.resetSecondAsk(name),
                verb: words.resetSecond,
                told: words.resetSecondDone,
                work: () => api.post(`${path}/reset-second-factor`),
              })}
          </li>
          <li>
            <span className="grow">{words.sessions}</span>
            {words.sessionsCount(value.sessions)}
            {value.sessions > 0 &&
              button(words.endSessions, {
                question: words.endSessionsAsk(name),
                verb: words.endSessions,
                told: words.endSessionsDone,
                work: () => api.post(`${path}/end-sessions`),
              })}
          </li>
          <li>
            <span className="grow">{words.passwords}</span>
            {value.clientPasswords.length === 0 && words.passwordsEmpty}
          </li>
          {value.clientPasswords.map(password => (
            <li key={password.id}>
              <span className="grow">
                {password.name}{' '}
                <span className="meta">
                  {password.lastUsedAt
                    ? shared.passwordUsed(time(password.lastUsedAt))
                    : shared.passwordUnused}
                </span>
              </span>
              {button(shared.revoke, {
                question: shared.revokeAsk(password.name),
                verb: shared.revoke,
                told: shared.revoked,
                work: () => api.delete(`${path}/client-passwords/${password.id}`),
              })}
            </li>
          ))}
        </ul>
      )}
      {asking && (
        <Confirm
          question={asking.question}
          verb={asking.verb}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            void run(asking.work(), { told: asking.told }).then(account.reload);
          }}
        />
      )}
    </div>
  );
}
