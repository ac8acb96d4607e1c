import { activateEn } from '@hongyan/phrases/activate/en.ts';
import { activateZh } from '@hongyan/phrases/activate/zh.ts';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { AuthProblem, authCall, codeOf } from '../../app/auth-api.ts';
import { Formation } from '../../ui/mark.tsx';
import { LinkPage, useLinkLanguage } from '../join/link-page.tsx';
import { NewPassword } from '../join/new-password.tsx';

/** Whose link it is. */
interface Activation {
  readonly company: string;
  readonly name: string;
  readonly address: string;
  readonly purpose: 'activate' | 'reset';
  readonly minLength: number;
}

type Ended = 'used' | 'expired' | 'unknown' | 'disabled' | 'tooMany' | 'unreachable';

type State =
  | { readonly kind: 'loading' | 'done' | Ended }
  | { readonly kind: 'open'; readonly activation: Activation };

function ended(error: unknown): Ended {
  const code = codeOf(error);
  if (code === 'activation.not_found') return 'unknown';
  if (code === 'activation.closed' && error instanceof AuthProblem) {
    return error.details['state'] === 'expired' ? 'expired' : 'used';
  }
  if (code === 'account.disabled') return 'disabled';
  return code === 'api.rate_limited' ? 'tooMany' : 'unreachable';
}

/** Where an activation link leads (MBX-03): whose it is, a password twice, and in. */
export default function ActivatePage(): ReactElement {
  const chosen = useLinkLanguage(activateZh, activateEn);
  const { texts } = chosen;
  const [state, setState] = useState<State>({ kind: 'loading' });
  const path = `activation/${encodeURIComponent(location.pathname.split('/')[2] ?? '')}`;

  const load = useCallback((): void => {
    authCall<Activation>('GET', path).then(
      activation => setState({ kind: 'open', activation }),
      (error: unknown) => setState({ kind: ended(error) }),
    );
  }, [path]);
  useEffect(() => {
    if (state.kind === 'loading') load();
  }, [state.kind, load]);

  return (
    <LinkPage chosen={chosen}>
      {state.kind === 'open' && (
        <ActivateForm
          activation={state.activation}
          path={path}
          texts={texts}
          onEnd={kind => setState({ kind })}
        />
      )}
      {state.kind === 'done' && (
        <div className="join-end" role="status">
          <h1>{texts.doneTitle}</h1>
          <p>{texts.done}</p>
          <a className="button primary" href="/">
            {texts.signIn}
          </a>
        </div>
      )}
      {state.kind !== 'open' && state.kind !== 'done' && state.kind !== 'loading' && (
        <div className="join-end">
          <Formation width={180} />
          <h1>{texts.page}</h1>
          <p role="alert">{texts[state.kind]}</p>
          {(state.kind === 'unreachable' || state.kind === 'tooMany') && (
            <button type="button" className="button" onClick={() => setState({ kind: 'loading' })}>
              {texts.retry}
            </button>
          )}
        </div>
      )}
    </LinkPage>
  );
}

interface FormProps {
  readonly activation: Activation;
  readonly path: string;
  readonly texts: typeof activateZh;
  readonly onEnd: (kind: 'done' | Ended) => void;
}

/** A password, twice. */
function ActivateForm({ activation, path, texts, onEnd }: FormProps): ReactElement {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const first = activation.purpose === 'activate';

  async function submit(): Promise<void> {
    if (busy) return;
    if (password === '') return setProblem(texts.required);
    if (password !== again) return setProblem(texts.different);
    setBusy(true);
    setProblem('');
    try {
      await authCall('POST', path, { password });
      return location.replace('/');
    } catch (error) {
      setBusy(false);
      const code = codeOf(error);
      if (code === 'input.invalid') return setProblem(texts.weak);
      if (code === 'auth.encryption_required') return setProblem(texts.notEncrypted);
      // The password is set; what is left is the second step, which belongs to signing in.
      if (code.startsWith('auth.second_factor_')) return onEnd('done');
      if (code === 'network') return setProblem(texts.unreachable);
      if (code === 'api.rate_limited') return setProblem(texts.tooMany);
      return onEnd(ended(error));
    }
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1>{first ? texts.activateTitle(activation.name) : texts.resetTitle}</h1>
      <p className="meta">
        {first ? texts.activate(activation.company, activation.address) : texts.reset(activation.address)}
      </p>
      <input type="text" name="username" autoComplete="username" value={activation.address} readOnly hidden />
      <NewPassword
        labels={texts}
        hint={texts.hint(activation.minLength)}
        password={password}
        again={again}
        autoFocus
        onPassword={setPassword}
        onAgain={setAgain}
      />
      {problem && (
        <p className="bad join-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {texts.submit}
      </button>
    </form>
  );
}
