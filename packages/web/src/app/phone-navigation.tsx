import type { ReactElement } from 'react';
import { useTexts } from '../lib/language.ts';
import { IconClock, IconDots, IconMail, IconUsers } from '../ui/icons.ts';
import { Menu } from '../ui/menu.tsx';
import type { MailApp } from './mail-app.ts';
import './phone.css';

/** On a phone: the main pages within reach of the thumb. */
export function PhoneNavigation({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const words = texts.reading.phone;
  const { page, place } = app.route;
  const todo = !page && place.kind === 'todo';
  const entry = (
    key: string,
    label: string,
    icon: ReactElement,
    current: boolean,
    run: () => void,
  ): ReactElement => (
    <button
      key={key}
      type="button"
      className={current ? 'on' : ''}
      aria-current={current ? 'page' : undefined}
      onClick={run}
    >
      {icon}
      {label}
    </button>
  );
  return (
    <nav className="phone-nav" aria-label={words.navigation}>
      {entry('mail', texts.top.mail, <IconMail className="icon" size={22} />, !page && !todo, () =>
        page ? app.leavePage() : app.go({ kind: 'folder', folder: 'inbox' }),
      )}
      {entry('todo', words.todo, <IconClock className="icon" size={22} />, todo, () =>
        app.go({ kind: 'todo' }),
      )}
      {entry(
        'contacts',
        texts.top.contacts,
        <IconUsers className="icon" size={22} />,
        page?.name === 'contacts',
        () => app.visit('contacts'),
      )}
      <Menu
        className={page && page.name !== 'contacts' ? 'on' : ''}
        align="end"
        label={
          <>
            <IconDots className="icon" size={22} />
            {words.more}
          </>
        }
        items={[
          { key: 'home', label: texts.top.home, run: () => app.visit('home') },
          { key: 'settings', label: texts.settings.title, run: () => app.visit('settings') },
        ]}
      />
    </nav>
  );
}
