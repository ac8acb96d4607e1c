import { type ReactElement, useEffect, useId, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { authCall, codeOf } from '../auth-api.ts';
import '../../ui/secret.css';

interface SetUpFactorProps {
  readonly ticket: string;
  readonly onSignedIn: () => void;
  /** Begins again; with words for why. */
  readonly onBack: (reason: string) => void;
}

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  /** QR code as SVG. */
  readonly qr: string;
}

/** Setting a second factor up that the company demands, before the session begins; then the recovery codes. */
export function SetUpFactor({ ticket, onSignedIn, onBack }: SetUpFactorProps): ReactElement {
  const texts = useTexts();
  const words = texts.security;
  const id = useId();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let mine = true;
    authCall<Enrolment>('POST', 'sign-in/second-factor/totp', { ticket }).then(
      made => {
        if (mine) setEnrolment(made);
      },
      (error: unknown) => {
        if (mine) onBack(codeOf(error) === 'network' ? texts.signIn.unreachable : words.step.over);
      },
    );
    return () => {
      mine = false;
    };
    // Asked once for a ticket: each time makes another secret.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [ticket]);

  async function submit(): Promise<void> {
    setBusy(true);
    try {
      const made = await authCall<{ recoveryCodes: string[] }>('POST', 'sign-in/second-factor/totp/confirm', {
        ticket,
        code: code.trim(),
      });
      setCodes(made.recoveryCodes);
    } catch (error) {
      setBusy(false);
      const failure = codeOf(error);
      if (failure === 'auth.failed' || failure === 'conflict.state') onBack(words.step.over);
      else if (failure === 'auth.too_many_attempts') setProblem(texts.signIn.tooMany);
      else setProblem(failure === 'network' ? texts.signIn.unreachable : words.factor.wrong);
    }
  }

  if (codes) {
    return (
      <div>
        <h1>{words.factor.codesTitle}</h1>
        <p>{words.factor.codesHint}</p>
        <ul className="recovery-codes">
          {codes.map(one => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <p className="row set-up-part">
          <CopyButton text={codes.join('\n')} />
        </p>
        <button type="button" className="button primary set-up-part" autoFocus onClick={onSignedIn}>
          {words.factor.saved}
        </button>
      </div>
    );
  }
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (code.trim() && !busy && enrolment) void submit();
      }}
    >
      <h1>{words.setUp.title}</h1>
      <p className="meta">{words.setUp.hint}</p>
      <p className="set-up-part">{words.factor.scan}</p>
      {enrolment && (
        <>
          <img
            className="qr"
            alt={enrolment.uri}
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(enrolment.qr)}`}
          />
          <p className="secret">{enrolment.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</p>
        </>
      )}
      <label htmlFor={id}>{words.factor.confirm}</label>
      <input
        id={id}
        className="field"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={event => {
          setCode(event.target.value);
          setProblem('');
        }}
      />
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary set-up-part" disabled={busy || !enrolment}>
        {words.factor.enable}
      </button>
      <p className="set-up-part">
        <button type="button" className="link" onClick={() => onBack('')}>
          {words.step.back}
        </button>
      </p>
    </form>
  );
}
