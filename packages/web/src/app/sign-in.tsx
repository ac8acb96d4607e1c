import { lazy, type ReactElement, Suspense, useId, useRef, useState } from 'react';
import { type Language, useLanguage, useTexts } from '../lib/language.ts';
import { IconCheck } from '../ui/icons.ts';
import { Formation, Mark } from '../ui/mark.tsx';
import { type CompanyAccount, signIn } from './auth.ts';
import { ChooseCompany } from './choose-company.tsx';
import { SecondStep } from './second-factor/second-step.tsx';
import './sign-in.css';

/** Fetched only where a company demands a second factor. */
const SetUpFactor = lazy(async () => ({
  default: (await import('./second-factor/set-up-factor.tsx')).SetUpFactor,
}));

interface SignInProps {
  readonly onSignedIn: () => void;
  readonly onLanguage: (language: Language) => void;
}

/** The door: address and password, five days without asking (SEC-02), and nothing that tells which addresses exist. */
export function SignIn({ onSignedIn, onLanguage }: SignInProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [keep, setKeep] = useState(false);
  const [visible, setVisible] = useState(false);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [companies, setCompanies] = useState<readonly CompanyAccount[] | null>(null);
  const [ticket, setTicket] = useState<{
    readonly kind: 'secondFactor' | 'setUp';
    readonly ticket: string;
  } | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const id = useId();
  const encrypted = location.protocol === 'https:';

  async function submit(address = login): Promise<void> {
    if (busy) return;
    if (!login.includes('@') && !/^\+?[\d\s().-]{5,}$/.test(login.trim())) {
      return setProblem(texts.signIn.needLogin);
    }
    if (!password) return setProblem(texts.signIn.needPassword);
    setBusy(true);
    setProblem('');
    const result = await signIn(address.trim(), password, keep);
    setBusy(false);
    if ('companies' in result) return setCompanies(result.companies);
    if ('ticket' in result) {
      setPassword('');
      setTicket(result);
      return;
    }
    if (result.kind === 'ok') {
      setPassword('');
      onSignedIn();
      return;
    }
    setProblem(texts.signIn[result.kind]);
    passwordField.current?.select();
  }

  const Step = ticket?.kind === 'setUp' ? SetUpFactor : SecondStep;
  return (
    <div className="sign-in">
      <aside className="sign-in-art">
        <div className="row sign-in-brand">
          <Mark size={30} />
          <b>{texts.product}</b>
        </div>
        <div className="sign-in-geese">
          <Formation width={430} />
        </div>
        <svg className="sign-in-hills" viewBox="0 0 920 230" preserveAspectRatio="none" aria-hidden="true">
          <path fill="var(--brand-wash)" d="M0 30C160 0 280 60 460 40S760-10 920 30V230H0z" />
          <path fill="var(--sunken)" d="M0 110C180 80 320 130 500 112S780 70 920 100V230H0z" />
        </svg>
        <div className="sign-in-motto">
          <p className="strong">{texts.signIn.motto}</p>
          <p>{texts.signIn.mottoDetail}</p>
          <p className="row sign-in-state">
            {encrypted && <IconCheck className="icon" size={16} />}
            {encrypted ? texts.signIn.encrypted : texts.signIn.notEncrypted}
          </p>
        </div>
      </aside>
      <main className="sign-in-form">
        <div className="sign-in-language">
          <button
            type="button"
            className="link"
            lang={language === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => onLanguage(language === 'zh' ? 'en' : 'zh')}
          >
            {language === 'zh' ? 'English' : '简体中文'}
          </button>
        </div>
        {ticket ? (
          <Suspense>
            <Step
              ticket={ticket.ticket}
              onSignedIn={onSignedIn}
              onBack={reason => {
                setTicket(null);
                setCompanies(null);
                setProblem(reason);
              }}
            />
          </Suspense>
        ) : companies ? (
          <ChooseCompany
            companies={companies}
            busy={busy}
            problem={problem}
            onChoose={address => void submit(address)}
            onBack={() => {
              setCompanies(null);
              setProblem('');
            }}
          />
        ) : (
          <form
            noValidate
            onSubmit={event => {
              event.preventDefault();
              void submit();
            }}
          >
            <div className="sign-in-small-mark">
              <Mark size={40} />
            </div>
            <h1>{texts.signIn.title}</h1>
            <p className="meta">{texts.signIn.hint}</p>
            <label htmlFor={`${id}-login`}>{texts.signIn.login}</label>
            <input
              id={`${id}-login`}
              className="field"
              type="text"
              inputMode="email"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              value={login}
              aria-describedby={problem ? `${id}-problem` : undefined}
              onChange={event => setLogin(event.target.value)}
            />
            <label htmlFor={`${id}-password`}>{texts.signIn.password}</label>
            <div className="sign-in-password">
              <input
                ref={passwordField}
                id={`${id}-password`}
                className="field"
                type={visible ? 'text' : 'password'}
                name="password"
                autoComplete="current-password"
                value={password}
                aria-describedby={problem ? `${id}-problem` : undefined}
                onChange={event => setPassword(event.target.value)}
              />
              <button
                type="button"
                className="link"
                aria-pressed={visible}
                onClick={() => setVisible(!visible)}
              >
                {visible ? texts.signIn.hide : texts.signIn.show}
              </button>
            </div>
            <label className="row sign-in-keep">
              <input type="checkbox" checked={keep} onChange={event => setKeep(event.target.checked)} />
              {texts.signIn.keep}
            </label>
            {problem && (
              <p className="sign-in-problem" id={`${id}-problem`} role="alert">
                {problem}
              </p>
            )}
            <button type="submit" className="button primary" disabled={busy}>
              {texts.signIn.submit}
            </button>
          </form>
        )}
      </main>
    </div>
  );
}
