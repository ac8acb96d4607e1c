import { type ReactElement, useCallback, useEffect, useId, useState } from 'react';
import { authCall, codeOf } from '../../../app/auth-api.ts';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import { listTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm, Dialog } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';

interface ClientPassword {
  readonly id: string;
  readonly name: string;
  readonly lastUsedAt: string | null;
  readonly lastService: string | null;
  readonly lastAddress: string | null;
  readonly state: 'normal' | 'off';
}

interface Listing {
  readonly list: readonly ClientPassword[];
  readonly most: number;
}

/** 客户端专用密码: named, shown once, revoked one by one (CLI-04, CLI-05, CLI-12). */
export function ClientPasswords({
  app,
  offered,
  onChanged,
}: {
  readonly app: MailApp;
  /** Whether clients sign in with these and not with the password (CLI-03). Those that exist are always listed. */
  readonly offered: boolean;
  readonly onChanged: () => void;
}): ReactElement | null {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.security.passwords;
  const services: Readonly<Record<string, string>> = texts.security.signIns.service;
  const [listing, setListing] = useState<Listing | null>(null);
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ClientPassword | null>(null);

  const load = useCallback((): void => {
    authCall<Listing>('GET', 'client-passwords')
      .then(setListing)
      .catch((error: unknown) => app.report(error));
  }, [app]);
  useEffect(load, [load]);
  if (!listing || (!offered && listing.list.length === 0)) return null;
  const changed = (): void => {
    load();
    onChanged();
  };

  return (
    <Card
      title={words.title}
      hint={words.hint(listing.most)}
      actions={
        <button
          type="button"
          className="button"
          disabled={listing.list.length >= listing.most}
          onClick={() => setMaking(true)}
        >
          {words.add}
        </button>
      }
    >
      {listing.list.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <ul className="settings-list">
        {listing.list.map(one => (
          <li key={one.id}>
            <div className="grow clip">
              <div className="clip">
                {one.name}{' '}
                <span className={one.state === 'normal' ? 'chip' : 'chip warn'}>
                  {words.state[one.state]}
                </span>
              </div>
              <div className="meta clip">
                {one.lastUsedAt
                  ? words.last(
                      listTime(new Date(one.lastUsedAt), new Date(), language),
                      services[one.lastService ?? ''] ?? one.lastService ?? '',
                      one.lastAddress ?? '',
                    )
                  : words.never}
              </div>
            </div>
            <button type="button" className="button plain" onClick={() => setRevoking(one)}>
              {words.revoke}
            </button>
          </li>
        ))}
      </ul>
      {making && (
        <NewPassword
          onClose={() => setMaking(false)}
          onMade={made => {
            setMaking(false);
            setSecret(made);
            changed();
          }}
        />
      )}
      {secret && (
        <Dialog title={words.title} onClose={() => setSecret(null)}>
          <p>{words.shown}</p>
          <p className="secret">{secret.replaceAll(/(.{4})/g, '$1 ').trim()}</p>
          <div className="dialog-actions">
            <CopyButton text={secret} />
            <button type="button" className="button primary" onClick={() => setSecret(null)}>
              {words.done}
            </button>
          </div>
        </Dialog>
      )}
      {revoking && (
        <Confirm
          question={words.revokeConfirm(revoking.name)}
          verb={words.revoke}
          cancel={texts.settings.cancel}
          onClose={() => setRevoking(null)}
          onConfirm={() => {
            setRevoking(null);
            authCall('DELETE', `client-passwords/${encodeURIComponent(revoking.id)}`)
              .then(changed)
              .catch((error: unknown) => app.report(error));
          }}
        />
      )}
    </Card>
  );
}

function NewPassword({
  onMade,
  onClose,
}: {
  readonly onMade: (secret: string) => void;
  readonly onClose: () => void;
}): ReactElement {
  const texts = useTexts();
  const words = texts.security.passwords;
  const id = useId();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  return (
    <Dialog title={words.add} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          authCall<{ secret: string }>('POST', 'client-passwords', { name: name.trim(), password }).then(
            made => onMade(made.secret),
            (error: unknown) =>
              setProblem(codeOf(error) === 'auth.failed' ? texts.settings.wrong : explain(error, texts)),
          );
        }}
      >
        <label className="labelled" htmlFor={`${id}-name`}>
          <span className="meta">{words.name}</span>
        </label>
        <input
          id={`${id}-name`}
          className="field"
          value={name}
          maxLength={60}
          required
          autoFocus
          onChange={event => setName(event.target.value)}
        />
        <label className="labelled" htmlFor={`${id}-password`}>
          <span className="meta">{texts.security.factor.password}</span>
        </label>
        <input
          id={`${id}-password`}
          className="field"
          type="password"
          autoComplete="current-password"
          value={password}
          required
          onChange={event => {
            setPassword(event.target.value);
            setProblem('');
          }}
        />
        {problem && (
          <p className="sign-in-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.settings.cancel}
          </button>
          <button type="submit" className="button primary">
            {words.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
