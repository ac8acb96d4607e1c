import { type ReactElement, useId, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { authCall, codeOf } from '../auth-api.ts';

interface SecondStepProps {
  readonly ticket: string;
  readonly onSignedIn: () => void;
  /** Begins again; with words for why. */
  readonly onBack: (reason: string) => void;
}

/** The second step of signing in: six digits of the authenticator, or a recovery code (SEC-05). */
export function SecondStep({ ticket, onSignedIn, onBack }: SecondStepProps): ReactElement {
  const texts = useTexts();
  const words = texts.security.step;
  const id = useId();
  const [code, setCode] = useState('');
  const [remember, setRemember] = useState(false);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    setBusy(true);
    try {
      await authCall('POST', 'sign-in/second-factor', { ticket, code: code.trim(), remember });
      onSignedIn();
    } catch (error) {
      setBusy(false);
      const failure = codeOf(error);
      if (failure === 'auth.failed') onBack(words.over);
      else if (failure === 'auth.too_many_attempts') setProblem(texts.signIn.tooMany);
      else setProblem(failure === 'network' ? texts.signIn.unreachable : words.wrong);
    }
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (code.trim() && !busy) void submit();
      }}
    >
      <h1>{words.title}</h1>
      <p className="meta">{words.hint}</p>
      <label htmlFor={id}>{texts.security.code}</label>
      <input
        id={id}
        className="field"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        value={code}
        onChange={event => {
          setCode(event.target.value);
          setProblem('');
        }}
      />
      <label className="row sign-in-keep">
        <input type="checkbox" checked={remember} onChange={event => setRemember(event.target.checked)} />
        {words.remember}
      </label>
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {words.submit}
      </button>
      <p>
        <button type="button" className="link" onClick={() => onBack('')}>
          {words.back}
        </button>
      </p>
    </form>
  );
}
