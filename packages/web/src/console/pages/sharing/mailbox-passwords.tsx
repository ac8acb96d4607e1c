import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll } from '../../kit/organisation.ts';
import { ShownOnce } from '../../kit/shown-once.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

export interface ClientPassword {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly lastService: string | null;
  readonly lastAddress: string | null;
}

/** Dedicated passwords of a public mailbox (PUB-05): made, shown once, revoked. */
export function MailboxPasswords({
  path,
  manage,
}: {
  readonly path: string;
  readonly manage: boolean;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.mailboxes;
  const time = useTime();
  const run = useAction();
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [revoking, setRevoking] = useState<ClientPassword | null>(null);
  const passwords = useLoaded(
    useCallback(() => readAll<ClientPassword>(api, `${path}/client-passwords`), [api, path]),
  );

  async function make(): Promise<void> {
    const asked = api
      .post<{ secret: string }>(`${path}/client-passwords`, { name: name.trim() })
      .then(made => setSecret(made.secret));
    if (!(await run(asked))) return;
    setName('');
    passwords.reload();
  }

  return (
    <section aria-label={words.passwords}>
      <h3 className="settings-sub">{words.passwords}</h3>
      <p className="meta">{words.passwordsHint}</p>
      <LoadState of={passwords} />
      {passwords.value?.length === 0 && <p className="meta settings-empty">{words.passwordsEmpty}</p>}
      <ul className="settings-list">
        {passwords.value?.map(password => (
          <li key={password.id}>
            <span className="grow">
              {password.name}{' '}
              <span className="meta">
                {password.lastUsedAt
                  ? `${words.passwordUsed(time(password.lastUsedAt))} ${password.lastService ?? ''} ${password.lastAddress ?? ''}`
                  : words.passwordUnused}
              </span>
            </span>
            {manage && (
              <button type="button" className="button plain" onClick={() => setRevoking(password)}>
                {words.revoke}
              </button>
            )}
          </li>
        ))}
      </ul>
      {secret && <ShownOnce text={secret} hint={words.passwordOnce} />}
      {manage && (
        <form
          className="row settings-add"
          onSubmit={event => {
            event.preventDefault();
            void make();
          }}
        >
          <input
            className="field"
            aria-label={words.passwordName}
            placeholder={words.passwordName}
            value={name}
            maxLength={60}
            required
            onChange={event => setName(event.target.value)}
          />
          <button type="submit" className="button">
            {words.passwordAdd}
          </button>
        </form>
      )}
      {revoking && (
        <Confirm
          question={words.revokeAsk(revoking.name)}
          verb={words.revoke}
          cancel={texts.shell.cancel}
          onClose={() => setRevoking(null)}
          onConfirm={() => {
            const { id } = revoking;
            setRevoking(null);
            void run(api.delete(`${path}/client-passwords/${id}`), { told: words.revoked }).then(
              passwords.reload,
            );
          }}
        />
      )}
    </section>
  );
}
