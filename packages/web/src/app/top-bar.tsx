import { type ReactElement, useEffect, useState } from 'react';
import { SearchBox } from '../features/search/search-box.tsx';
import { initials } from '../lib/addresses.ts';
import { useTexts } from '../lib/language.ts';
import { IconChevronDown, IconMenu2 } from '../ui/icons.ts';
import { Mark } from '../ui/mark.tsx';
import { Menu } from '../ui/menu.tsx';
import { administers } from './auth.ts';
import type { MailApp } from './mail-app.ts';
import type { Page } from './route.ts';

interface TopBarProps {
  readonly app: MailApp;
  readonly searchField: React.RefObject<HTMLInputElement | null>;
  /** Before results are shown: what stands in place of the list goes away. */
  readonly onSearch: () => void;
  readonly onFolders: () => void;
  readonly onShortcuts: () => void;
  /** Opens a page, or the mail again. */
  readonly onPage: (name: Page['name'] | 'mail') => void;
  readonly onSignOut: () => void;
}

/** The modules that stand across the top. */
const modules = ['home', 'mail', 'contacts'] as const;

/** Mark, search, and the person's menu. Below 1,200 px a button opens the folders. */
export function TopBar(props: TopBarProps): ReactElement {
  const { app, searchField } = props;
  const texts = useTexts();
  const [administrator, setAdministrator] = useState(false);
  const { store } = app;
  useEffect(() => store.afterFirstList(() => void administers().then(setAdministrator)), [store]);
  const identity = store.identities[0];
  const person = {
    name: identity?.name ?? null,
    email: identity?.email ?? store.client.session.username,
  };

  return (
    <header className="top">
      <a
        className="skip"
        href="#list"
        onClick={event => {
          event.preventDefault();
          document.querySelector<HTMLElement>('.list-item[tabindex="0"]')?.focus();
        }}
      >
        {texts.top.skip}
      </a>
      <button type="button" className="button plain folders-button" onClick={props.onFolders}>
        <IconMenu2 className="icon" size={18} />
        {texts.top.folders}
      </button>
      <div className="brand">
        <Mark size={26} />
        <span>{texts.product}</span>
      </div>
      <nav className="modules" aria-label={texts.top.modules}>
        {modules.map(name => (
          <button
            key={name}
            type="button"
            className={name === (app.route.page?.name ?? 'mail') ? 'on' : ''}
            aria-current={name === (app.route.page?.name ?? 'mail') ? 'page' : undefined}
            onClick={() => props.onPage(name)}
          >
            {texts.top[name]}
          </button>
        ))}
      </nav>
      <SearchBox app={app} field={searchField} onSearch={props.onSearch} />
      {administrator && (
        <a className="button plain console-link" href="/admin">
          {texts.top.console}
        </a>
      )}
      <Menu
        className="button plain person"
        name={texts.top.account}
        align="end"
        label={
          <>
            <span className="avatar" aria-hidden="true">
              {initials(person)}
            </span>
            <span className="clip person-name">{person.name ?? person.email}</span>
            <IconChevronDown className="icon" size={16} />
          </>
        }
        items={[
          { key: 'settings', label: texts.settings.title, run: () => props.onPage('settings') },
          { key: 'keys', label: texts.top.shortcuts, run: props.onShortcuts },
          'line',
          { key: 'out', label: texts.top.signOut, run: props.onSignOut },
        ]}
      />
    </header>
  );
}
