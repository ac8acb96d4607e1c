import { type ReactElement, useEffect, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { ListQuery } from '../../jmap/query.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { useSpace } from '../folders/space.tsx';
import './home.css';

/** Mails of each list that are shown. */
const shown = 8;

/** 首页: what waits today, and tools (REA-01). */
export function HomePage({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const words = texts.pages.home;
  const store = useObserved(app.store);
  const inbox = store.mailboxByRole('inbox');
  const identity = store.identities[0];
  const name = identity?.name || store.client.session.username;
  const hour = new Date().getHours();
  const greeting = hour < 12 ? words.morning : hour < 18 ? words.afternoon : words.evening;
  const quota = useSpace(store);
  const tools = [
    ['cleanup', words.cleanup, words.cleanupHint, () => app.visit('cleanup')],
    ['restore', words.restore, words.restoreHint, () => app.visit('restore')],
    ['clients', words.clients, words.clientsHint, () => app.visit('settings', 'clients')],
    ['filters', words.filters, words.filtersHint, () => app.visit('settings', 'receiving')],
  ] as const;
  return (
    <section className="home" aria-label={texts.top.home}>
      <h1>{greeting(name)}</h1>
      <div className="home-columns">
        {inbox && (
          <Waiting
            app={app}
            title={words.unread}
            empty={words.noUnread}
            query={{ mailboxId: inbox.id, keyword: null, only: 'unread', text: '' }}
            onAll={() => {
              app.go({ kind: 'folder', folder: 'inbox' });
              app.show('unread');
            }}
          />
        )}
        <Waiting
          app={app}
          title={words.todo}
          empty={words.noTodo}
          query={{ mailboxId: null, keyword: '$todo', only: 'all', text: '' }}
          onAll={() => app.go({ kind: 'todo' })}
        />
      </div>
      <h2>{words.tools}</h2>
      <div className="home-tools">
        {tools.map(([key, label, hint, run]) => (
          <button key={key} type="button" onClick={run}>
            <b>{label}</b>
            <span className="meta">{hint}</span>
          </button>
        ))}
      </div>
      {quota && (
        <p className="meta">
          {words.storage}{' '}
          {texts.folder.used(
            fileSize(quota.used),
            quota.hardLimit === null ? null : fileSize(quota.hardLimit),
          )}
        </p>
      )}
    </section>
  );
}

interface WaitingProps {
  readonly app: MailApp;
  readonly title: string;
  readonly empty: string;
  readonly query: ListQuery;
  readonly onAll: () => void;
}

/** The first mails of a list, each one press away. */
function Waiting({ app, title, empty, query, onAll }: WaitingProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const { store } = app;
  const [list] = useState(() => store.list(query));
  useObserved(list);
  useEffect(() => {
    list.ensure(0, shown - 1);
  }, [list]);
  const rows = list.loadedIds
    .slice(0, shown)
    .map(id => store.row(id))
    .filter(row => row !== undefined);
  return (
    <section className="home-list">
      <header className="row">
        <h2 className="grow">{title}</h2>
        {list.total !== null && list.total > 0 && (
          <button type="button" className="link" onClick={onAll}>
            {texts.pages.home.all(list.total)}
          </button>
        )}
      </header>
      {list.total === 0 && <p className="meta">{empty}</p>}
      <ul>
        {rows.map(row => (
          <li key={row.id}>
            <button
              type="button"
              onClick={() => {
                onAll();
                app.open(row.id);
              }}
            >
              <span className="clip people">
                {row.from?.[0] ? displayName(row.from[0]) : texts.list.noSender}
              </span>
              <span className="clip grow">{row.subject?.trim() || texts.list.noSubject}</span>
              <time className="meta" dateTime={row.receivedAt}>
                {listTime(new Date(row.receivedAt), new Date(), language)}
              </time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
