import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { SignIn } from '../app/sign-in.tsx';
import { useTheme } from '../app/theme.ts';
import { initialLanguage, type Language, LanguageContext, rememberLanguage } from '../lib/language.ts';
import { Mark } from '../ui/mark.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { Api, ApiProblem } from './api.ts';
import { ConsoleContext, type Session } from './session.ts';
import { Shell } from './shell.tsx';
import { useConsoleTexts } from './texts.ts';

type State =
  | { readonly kind: 'starting' | 'signedOut' | 'unreachable' | 'notAdministrator' }
  | { readonly kind: 'in'; readonly session: Session };

/** Who is there? Then the door, a sentence, or the console (SEC-04). */
export function ConsoleApp(): ReactElement {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  const [state, setState] = useState<State>({ kind: 'starting' });
  const theme = useTheme();
  const toasts = useMemo(() => new Toasts(), []);
  const spoken = useRef(language);
  spoken.current = language;
  const api = useMemo(() => new Api(() => (spoken.current === 'zh' ? 'zh-CN' : 'en')), []);

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    rememberLanguage(language);
  }, [language]);

  const enter = useCallback(async (): Promise<void> => {
    try {
      const session = await api.get<Session>('/session');
      setState(session.administrator ? { kind: 'in', session } : { kind: 'notAdministrator' });
    } catch (error) {
      setState({ kind: error instanceof ApiProblem && error.status === 401 ? 'signedOut' : 'unreachable' });
    }
  }, [api]);
  useEffect(() => void enter(), [enter]);

  return (
    <LanguageContext value={language}>
      {state.kind === 'in' ? (
        <ConsoleContext value={{ api, session: state.session, toasts }}>
          <Shell
            theme={theme.theme}
            onTheme={theme.choose}
            onLanguage={setLanguage}
            onSignedOut={() => setState({ kind: 'signedOut' })}
          />
        </ConsoleContext>
      ) : state.kind === 'signedOut' ? (
        <SignIn onSignedIn={() => void enter()} onLanguage={setLanguage} />
      ) : (
        <Waiting kind={state.kind} onRetry={() => void enter()} />
      )}
    </LanguageContext>
  );
}

function Waiting({
  kind,
  onRetry,
}: {
  readonly kind: 'starting' | 'unreachable' | 'notAdministrator';
  readonly onRetry: () => void;
}): ReactElement {
  const texts = useConsoleTexts().shell;
  return (
    <main className="crash">
      <Mark size={48} label={texts.title} />
      {kind === 'unreachable' && (
        <>
          <p role="alert">{texts.unreachable}</p>
          <button type="button" className="button primary" onClick={onRetry}>
            {texts.retry}
          </button>
        </>
      )}
      {kind === 'notAdministrator' && (
        <>
          <p role="alert">{texts.notAdministrator}</p>
          <a className="button primary" href="/">
            {texts.backToMail}
          </a>
        </>
      )}
    </main>
  );
}
