import { lazy, type ReactElement, Suspense, useId, useRef, useState } from 'react';
import { JmapClient } from '../jmap/client.ts';
import { useObserved } from '../jmap/observable.ts';
import { mayKeep } from '../jmap/offline/keeper.ts';
import { useTexts } from '../lib/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { signIn } from './auth.ts';
import { SecondStep } from './second-factor/second-step.tsx';
import './sign-in-again.css';

/** Fetched only where a company demands a second factor. */
const SetUpFactor = lazy(async () => ({
  default: (await import('./second-factor/set-up-factor.tsx')).SetUpFactor,
}));

/** Asks for the password over the page when the session has ended: what was begun stays, and what waits goes on. */
export function SignInAgain({ client }: { readonly client: JmapClient }): ReactElement | null {
  const { closed } = useObserved(client.gate);
  return closed ? <Asking client={client} /> : null;
}

function Asking({ client }: { readonly client: JmapClient }): ReactElement {
  const texts = useTexts();
  const words = texts.signIn.again;
  const { username } = client.session;
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [ticket, setTicket] = useState<{
    readonly kind: 'secondFactor' | 'setUp';
    readonly ticket: string;
  } | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();

  /** Goes on, if it is the same person. */
  async function enter(): Promise<void> {
    const now = await JmapClient.connect().catch(() => null);
    if (now?.accountId === client.accountId) client.gate.open();
    else location.reload();
  }

  async function submit(): Promise<void> {
    if (busy) return;
    if (!password) return setProblem(texts.signIn.needPassword);
    setBusy(true);
    const result = await signIn(username, password, mayKeep());
    setBusy(false);
    if ('ticket' in result) return setTicket(result);
    if (result.kind === 'ok') return enter();
    setProblem(result.kind === 'companies' ? texts.signIn.failed : texts.signIn[result.kind]);
    field.current?.select();
  }

  const Step = ticket?.kind === 'setUp' ? SetUpFactor : SecondStep;
  return (
    <Dialog title={words.title} onClose={() => undefined}>
      <p>{words.hint}</p>
      {ticket ? (
        <Suspense>
          <Step
            ticket={ticket.ticket}
            onSignedIn={() => void enter()}
            onBack={reason => {
              setTicket(null);
              setProblem(reason);
            }}
          />
        </Suspense>
      ) : (
        <form
          noValidate
          className="sign-in-again"
          onSubmit={event => {
            event.preventDefault();
            void submit();
          }}
        >
          <p className="strong clip" title={username}>
            {username}
          </p>
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <label htmlFor={id}>{texts.signIn.password}</label>
          <input
            ref={field}
            id={id}
            className="field"
            type="password"
            name="password"
            autoComplete="current-password"
            autoFocus
            value={password}
            aria-describedby={problem ? `${id}-problem` : undefined}
            onChange={event => setPassword(event.target.value)}
          />
          {problem && (
            <p className="sign-in-problem" id={`${id}-problem`} role="alert">
              {problem}
            </p>
          )}
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => location.reload()}>
              {words.other}
            </button>
            <button type="submit" className="button primary" disabled={busy}>
              {texts.signIn.submit}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
