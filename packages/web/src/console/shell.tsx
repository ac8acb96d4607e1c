import {
  type ComponentType,
  lazy,
  type ReactElement,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { signOut } from '../app/auth.ts';
import type { Theme } from '../app/theme.ts';
import { useMedia } from '../app/use-media.ts';
import { initials } from '../lib/addresses.ts';
import { type Language, useLanguage, useTexts } from '../lib/language.ts';
import { IconChevronDown, IconMenu2 } from '../ui/icons.ts';
import { Mark } from '../ui/mark.tsx';
import { Menu } from '../ui/menu.tsx';
import { ToastBar } from '../ui/toasts.tsx';
import { HelpContext } from './kit/help-link.tsx';
import { useMatters } from './matters.ts';
import { Navigation } from './navigation.tsx';
import { OverviewContext, useOverview } from './overview-state.ts';
import { PageBoundary } from './page-boundary.tsx';
import { PageSearch } from './page-search.tsx';
import { type ConsolePage, consolePages, type PageProps } from './pages.ts';
import { type ConsoleRoute, useConsoleRoute } from './route.ts';
import { may, useConsole } from './session.ts';
import { useConsoleTexts } from './texts.ts';
import { NoticesContext, useUnreadNotices } from './unread-notices.ts';
import './console.css';

interface ShellProps {
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
  readonly onLanguage: (language: Language) => void;
  readonly onSignedOut: () => void;
}

const loaded = new Map<string, ComponentType<PageProps>>();

/** The page's component, made once: it is fetched when it is first drawn. */
function componentOf(page: ConsolePage): ComponentType<PageProps> {
  let component = loaded.get(page.key);
  if (!component) {
    component = lazy(page.load);
    loaded.set(page.key, component);
  }
  return component;
}

/** Top bar, navigation, the page. */
export function Shell({ theme, onTheme, onLanguage, onSignedOut }: ShellProps): ReactElement {
  const { session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const mail = useTexts();
  const language = useLanguage();
  const narrow = useMedia('(max-width: 1023px)');
  const phone = useMedia('(max-width: 767px)');
  const [drawer, setDrawer] = useState(false);
  const [route, go] = useConsoleRoute();
  const pages = useMemo(() => consolePages.filter(page => may(session, page.needs, 'view')), [session]);
  const known = consolePages.find(({ key }) => key === route.page);
  const page = route.page === '' ? pages[0] : pages.find(({ key }) => key === route.page);
  const Component = page ? componentOf(page) : null;
  const label = page?.label(texts) ?? texts.shell.title;
  const overview = useOverview(page?.key ?? '');
  const matters = useMatters(overview.value).length;
  const notices = useUnreadNotices();
  useEffect(() => {
    document.title = `${label} · ${texts.shell.title}`;
  }, [label, texts]);

  // Whoever found a page by typing goes on from there, not from the search.
  const main = useRef<HTMLElement>(null);
  const arriving = useRef(false);
  useEffect(() => {
    if (arriving.current) main.current?.focus();
    arriving.current = false;
  }, [route]);
  const found = (next: ConsoleRoute): void => {
    arriving.current = true;
    setDrawer(false);
    go(next);
  };

  const visit = (key: string): void => {
    setDrawer(false);
    go({ page: key, rest: '' });
  };
  return (
    <div className="screen console">
      <header className="top">
        {narrow && (
          <button type="button" className="button plain" onClick={() => setDrawer(!drawer)}>
            <IconMenu2 className="icon" size={18} />
            {texts.shell.navigation}
          </button>
        )}
        <div className="brand">
          <Mark size={26} />
          <span>{texts.shell.title}</span>
        </div>
        <span className="clip company">{session.company.name}</span>
        {!phone && <PageSearch pages={pages} onGo={found} />}
        {matters > 0 && page?.key !== 'overview' && (
          <button type="button" className="button plain pending" onClick={() => visit('overview')}>
            {texts.shell.pending(matters)}
          </button>
        )}
        {notices.count > 0 && page?.key !== 'notices' && (
          <button type="button" className="button plain pending" onClick={() => visit('notices')}>
            {texts.notices.unread(notices.count)}
          </button>
        )}
        <a className="button plain" href="/">
          {texts.shell.backToMail}
        </a>
        <Menu
          className="button plain person"
          name={mail.top.account}
          align="end"
          label={
            <>
              <span className="avatar" aria-hidden="true">
                {initials({ name: null, email: session.login })}
              </span>
              <span className="clip person-name">{session.login}</span>
              <IconChevronDown className="icon" size={16} />
            </>
          }
          items={[
            {
              key: 'language',
              label: language === 'zh' ? 'English' : '简体中文',
              run: () => onLanguage(language === 'zh' ? 'en' : 'zh'),
            },
            ...(['auto', 'light', 'dark'] as const).map(choice => ({
              key: choice,
              label: mail.top[choice],
              checked: theme === choice,
              run: () => onTheme(choice),
            })),
            'line',
            {
              key: 'out',
              label: mail.top.signOut,
              run: () =>
                void signOut()
                  .catch(() => undefined)
                  .then(onSignedOut),
            },
          ]}
        />
      </header>
      <div className="panes">
        {(!narrow || drawer) && (
          <div
            className={narrow ? 'drawer' : 'contents'}
            onClick={event => event.target === event.currentTarget && setDrawer(false)}
          >
            <Navigation pages={pages} current={page?.key ?? ''} onVisit={visit}>
              {phone && <PageSearch pages={pages} onGo={found} />}
            </Navigation>
          </div>
        )}
        <main ref={main} tabIndex={-1} className="console-page" key={page?.key} data-page={page?.key}>
          {Component && page ? (
            <HelpContext value={{ label, help: page.help }}>
              <PageBoundary texts={texts}>
                <Suspense fallback={<div className="progress-line" />}>
                  <OverviewContext value={overview}>
                    <NoticesContext value={notices}>
                      <Component rest={route.rest} go={rest => go({ page: page.key, rest })} />
                    </NoticesContext>
                  </OverviewContext>
                </Suspense>
              </PageBoundary>
            </HelpContext>
          ) : (
            <p className="console-note" role="alert">
              {known ? texts.shell.noRight : texts.shell.gone}
            </p>
          )}
        </main>
      </div>
      <ToastBar toasts={toasts} />
    </div>
  );
}
