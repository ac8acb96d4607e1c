import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { prepareEditor } from '../features/composer/editor/later-editor.tsx';
import { JmapClient } from '../jmap/client.ts';
import { forgetFirstList } from '../jmap/first-list.ts';
import { MailStore } from '../jmap/mail-store.ts';
import { keptAccount, keptAccountId } from '../jmap/offline/keep-account.ts';
import { forgetKept } from '../jmap/offline/keeper.ts';
import { isOffline } from '../jmap/offline/pending.ts';
import type { Settings } from '../jmap/personal.ts';
import {
  initialLanguage,
  type Language,
  LanguageContext,
  phrases,
  rememberLanguage,
} from '../lib/language.ts';
import { Mark } from '../ui/mark.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { atRest } from '../worker/register.ts';
import { AccountScreens } from './accounts/account-screens.tsx';
import { Accounts } from './accounts/accounts.ts';
import { MailApp } from './mail-app.ts';
import { SignIn } from './sign-in.tsx';
import { useTheme } from './theme.ts';

type State =
  | { readonly kind: 'starting' | 'signedOut' | 'unreachable' }
  | { readonly kind: 'mail'; readonly accounts: Accounts };

/** Who is there? Then the door or the mail. */
export function App(): ReactElement {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  const [state, setState] = useState<State>({ kind: 'starting' });
  const theme = useTheme();
  const toasts = useMemo(() => new Toasts(), []);
  const texts = phrases[language];

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = texts.product;
    rememberLanguage(language);
  }, [language, texts]);

  const { choose } = theme;
  const latestTheme = useRef(choose);
  latestTheme.current = choose;
  // The account remembers language and theme for every browser.
  const adopt = useCallback((settings: Settings): void => {
    if (settings.language) setLanguage(settings.language === 'en' ? 'en' : 'zh');
    if (settings.theme !== 'auto') latestTheme.current(settings.theme);
    if (!/^#\/./.test(location.hash) && settings.landingPage === 'home') location.replace('#/home');
  }, []);

  const enter = useCallback(async (): Promise<void> => {
    try {
      const client = await JmapClient.connect();
      if (!client) {
        // Whoever is not signed in leaves nothing behind here.
        forgetFirstList();
        await forgetKept();
        setState({ kind: 'signedOut' });
        return;
      }
      const store = new MailStore(client);
      const [before] = await Promise.all([keptAccountId(), store.pending.restore()]);
      if (before !== null && before !== client.accountId) await forgetKept();
      if (store.pending.count > 0) await store.pending.flush().catch(() => undefined);
      await store.start(location.hash);
      adopt(store.personal.settings);
      const accounts = new Accounts(
        store,
        (one, account) => new MailApp(one, toasts, () => phrases[initialLanguage()], account),
      );
      // SET-06: the inbox, only what is unread.
      if (!/^#\/./.test(location.hash) && store.personal.settings.landingPage === 'unread')
        accounts.own.show('unread');
      setState({ kind: 'mail', accounts });
    } catch (error) {
      const store = isOffline(error) ? await keptAccount().catch(() => null) : null;
      if (store) {
        adopt(store.personal.settings);
        const make = (one: MailStore, account: string | null): MailApp =>
          new MailApp(one, toasts, () => phrases[initialLanguage()], account);
        setState({ kind: 'mail', accounts: new Accounts(store, make, 'off') });
        return;
      }
      setState({ kind: 'unreachable' });
    }
  }, [toasts, adopt]);

  useEffect(() => void enter(), [enter]);
  useEffect(() => {
    if (state.kind === 'signedOut') atRest();
    if (state.kind !== 'mail') return undefined;
    // Once the first list stands, whichever it is.
    return state.accounts.own.store.afterFirstList(() => {
      atRest();
      prepareEditor();
    });
  }, [state]);

  return (
    <LanguageContext value={language}>
      {state.kind === 'mail' ? (
        <AccountScreens
          accounts={state.accounts}
          theme={theme}
          onLanguage={setLanguage}
          onSignedOut={() => setState({ kind: 'signedOut' })}
        />
      ) : state.kind === 'signedOut' ? (
        <SignIn onSignedIn={() => void enter()} onLanguage={setLanguage} />
      ) : (
        <main className="crash">
          <Mark size={48} label={texts.product} />
          {state.kind === 'unreachable' && (
            <>
              <p role="alert">{texts.signIn.unreachable}</p>
              <button type="button" className="button primary" onClick={() => void enter()}>
                {texts.done.retry}
              </button>
            </>
          )}
        </main>
      )}
    </LanguageContext>
  );
}
