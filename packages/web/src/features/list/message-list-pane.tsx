import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MenuSignals } from '../../app/keys/use-menu-keys.ts';
import { explain, type MailApp } from '../../app/mail-app.ts';
import { useBack } from '../../app/use-back.ts';
import { useMedia } from '../../app/use-media.ts';
import { useObserved } from '../../jmap/observable.ts';
import { searchesEverywhere } from '../../jmap/query.ts';
import { clockTime } from '../../lib/dates.ts';
import { count } from '../../lib/format.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconRefresh, IconX } from '../../ui/icons.ts';
import { Formation } from '../../ui/mark.tsx';
import { mailboxName } from '../folders/mailboxes.ts';
import { SpaceNotice } from '../folders/space.tsx';
import { SearchNotes } from '../search/search-notes.tsx';
import { useSnippets } from '../search/use-snippets.ts';
import { MessageRow } from './message-row.tsx';
import { RowLayout } from './row-layout.ts';
import { SelectionBar } from './selection-bar.tsx';
import { elementHeight } from './tall-scroll.ts';
import { useDayHeadings } from './use-day-headings.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useRowWindow } from './use-row-window.ts';
import { useSwipe } from './use-swipe.ts';
import './message-list.css';

/** Seconds since loading began, from the third on: for telling that it is slow. */
function useWaiting(loading: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!loading) return undefined;
    const timer = setInterval(() => setSeconds(value => value + 1), 1000);
    return () => clearInterval(timer);
  }, [loading]);
  return seconds;
}

/** 紧凑, 标准, 宽松: heights of a row on a desk, px. */
const rowHeights = { compact: 36, standard: 64, comfortable: 84 } as const;

/** Height of the line above the first mail of a day, px. */
const headingHeight = 30;

/** Rows that a screen holds, while it is not known how many there are. */
const firstRows = 20;

/** Rows are asked for at most this often while one scrolls. */
const askEveryMs = 100;

interface MessageListPaneProps {
  readonly app: MailApp;
  readonly offline: boolean;
  readonly phone: boolean;
  /** The keys that open the menus over chosen rows. */
  readonly menus: MenuSignals;
  readonly onOpen: (mailId: string) => void;
}

/** The list of conversations: only what is on screen is in the document; the rest is rows of exact height. */
export function MessageListPane({ app, offline, phone, menus, onOpen }: MessageListPaneProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  useObserved(app);
  const store = useObserved(app.store);
  const list = useObserved(app.list);
  const scroller = useRef<HTMLDivElement>(null);
  const waiting = useWaiting(list.loading);
  const choosing = app.isChoosing;
  const touch = useMedia('(hover: none)');
  useBack(touch && choosing, () => app.clearSelection());
  const total = list.total ?? 0;
  const { density, showSize, showPreview } = store.personal.settings;
  const rowHeight = phone ? 83 : rowHeights[density];
  const dayOf = useDayHeadings();
  const { revision } = list;
  // Rows of one day stand under one heading. Which rows are known changes with the list's revision.
  const { layout, headings } = useMemo(() => {
    const found = new Map<number, string>();
    let before: string | null = null;
    for (let index = 0; index < total; index += 1) {
      const row = store.row(list.at(index) ?? '');
      const day = row ? dayOf(row) : null;
      if (day !== null && day !== before && (before !== null || index === 0)) found.set(index, day);
      before = day;
    }
    const heights = { row: rowHeight, heading: headingHeight };
    return { layout: new RowLayout(total, heights, [...found.keys()]), headings: found };
  }, [store, list, revision, total, rowHeight, dayOf]);
  const { first, last, shift, reveal } = useRowWindow(scroller, layout, list);
  const shown = Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
  // Flying past thousands of rows asks for those where it comes to rest, and for a few on the way.
  const askedAt = useRef(0);
  useEffect(() => {
    const ask = (): void => {
      askedAt.current = performance.now();
      list.ensure(first, list.total === null ? firstRows : last);
    };
    const wait = askedAt.current + askEveryMs - performance.now();
    if (wait <= 0) {
      ask();
      return undefined;
    }
    const timer = setTimeout(ask, wait);
    return () => clearTimeout(timer);
  }, [list, first, last, list.total]);
  // Where one has gone by keys is in sight; what arrives meanwhile moves nobody.
  const cursorIndex = app.cursor ? list.indexOf(app.cursor) : -1;
  const cursorKnown = cursorIndex >= 0;
  useEffect(() => {
    if (cursorKnown) reveal(cursorIndex);
  }, [list, app.cursor, cursorKnown, reveal]);
  useRowFocus(scroller, app, `${first} ${last} ${cursorKnown}`);

  const { mailbox } = app;
  const outgoing = mailbox?.role === 'sent' || mailbox?.role === 'drafts';
  const own = useMemo(() => store.ownAddresses, [store, store.identities.length]);
  const toggle = useCallback((id: string) => app.toggle(id), [app]);
  const extend = useCallback((id: string) => app.extendTo(id), [app]);
  const drag = useCallback((id: string) => (app.selection.has(id) ? app.selection.ids : [id]), [app]);
  const star = useCallback((id: string) => void app.toggleStar([id]), [app]);

  const swipe = useSwipe(scroller, phone && !choosing, (id, direction) => {
    if (direction === 'right') void app.setTask('todo', [id]);
    else
      void app.fileTo(mailbox?.role === 'archive' || mailbox?.role === 'trash' ? 'inbox' : 'archive', [id]);
  });

  const { place } = app.route;
  const title =
    place.kind === 'search'
      ? place.text
      : place.kind === 'label'
        ? (store.personal.labels.get(place.label)?.name ?? '')
        : place.kind !== 'folder'
          ? texts.folder[place.kind]
          : mailbox
            ? mailboxName(mailbox, texts)
            : '';
  const snippets = useSnippets(
    store,
    place.kind === 'search' ? place.text : null,
    shown.map(index => list.at(index)).filter(id => id !== undefined),
  );
  const emptyText =
    place.kind === 'search'
      ? (searchesEverywhere(place.text) ? texts.list.searchEmptyEverywhere : texts.list.searchEmpty)(
          place.text,
        )
      : place.kind === 'todo'
        ? texts.list.todoEmpty
        : place.kind === 'done'
          ? texts.list.doneEmpty
          : place.kind === 'label'
            ? texts.list.labelEmpty(title)
            : texts.list.empty;
  const subtitle =
    list.total === null
      ? ''
      : place.kind === 'folder' && app.only === 'all' && mailbox
        ? texts.list.counts(
            mailbox.unreadEmails > 0 ? count(mailbox.unreadEmails) : null,
            count(mailbox.totalEmails),
          )
        : texts.list.results(count(total));

  return (
    <section
      className={`list ${density}${showPreview ? '' : ' no-preview'}${choosing ? ' choosing' : ''}`}
      aria-label={title}
    >
      <header className="list-head">
        <div className="row">
          <h1 className="clip">{title}</h1>
          <span className="meta grow clip">{subtitle}</span>
          {place.kind === 'search' ? (
            <button
              type="button"
              className="button plain small"
              onClick={() => app.go({ kind: 'folder', folder: 'inbox' })}
            >
              <IconX className="icon" size={16} />
              {texts.top.clearSearch}
            </button>
          ) : (
            <button
              type="button"
              className="button plain small"
              onClick={() => void store.sync().then(() => list.refresh())}
            >
              <IconRefresh className="icon" size={16} />
              {texts.list.refresh}
            </button>
          )}
        </div>
        {place.kind === 'search' && <SearchNotes app={app} text={place.text} />}
        {choosing ? (
          <SelectionBar app={app} menus={menus} />
        ) : (
          <div className="filters" role="group">
            {(['all', 'unread', 'files'] as const).map(only => (
              <button
                key={only}
                type="button"
                aria-pressed={app.only === only}
                onClick={() => app.show(only)}
              >
                {only === 'files' ? texts.list.withFiles : texts.list[only]}
              </button>
            ))}
            {touch && total > 0 && (
              <button type="button" className="choose" onClick={() => app.choose()}>
                {texts.list.select}
              </button>
            )}
          </div>
        )}
        {list.loading && waiting < 1 ? null : list.loading && <div className="progress-line" />}
      </header>
      {(offline || store.pending.count > 0) && (
        <p className="notice" role="status">
          {offline && texts.reading.offline.bar(clockTime(store.freshAt, language))}{' '}
          {store.pending.count > 0 && texts.reading.offline.waiting(store.pending.count)}
        </p>
      )}
      <SpaceNotice app={app} />
      {list.failure && (
        <p className="notice bad" role="alert">
          {texts.list.failed} {explain(list.failure, texts)}{' '}
          <button type="button" className="link" onClick={() => void list.refresh()}>
            {texts.done.retry}
          </button>
        </p>
      )}
      {waiting >= 10 && <p className="notice">{texts.list.slow(waiting)}</p>}
      <div className="list-scroll" ref={scroller} data-testid="list">
        {list.total === 0 && !list.loading ? (
          <div className="empty">
            <Formation width={180} />
            <p>{emptyText}</p>
          </div>
        ) : (
          <div
            role="grid"
            aria-label={title}
            aria-rowcount={total}
            aria-multiselectable="true"
            {...swipe}
            style={{ height: elementHeight(layout.height) }}
          >
            {shown.map(index => {
              const id = list.at(index);
              const row = id ? store.row(id) : undefined;
              const heading = headings.get(index);
              return (
                <div
                  key={id ?? `gap${index}`}
                  className="list-item"
                  role="row"
                  data-row={id}
                  aria-rowindex={index + 1}
                  aria-selected={id ? app.selection.has(id) : false}
                  tabIndex={id && (id === app.cursor || (!app.cursor && index === 0)) ? 0 : -1}
                  style={{
                    transform: `translateY(${layout.start(index) - shift}px)`,
                    height: layout.size(index),
                  }}
                  onFocus={() => {
                    if (id && app.cursor !== id && !app.route.mailId) app.cursor = id;
                  }}
                >
                  {heading && <div className="day">{heading}</div>}
                  {row ? (
                    <MessageRow
                      row={row}
                      thread={store.threadOf(row)}
                      own={own}
                      unread={app.isUnread(row)}
                      active={id === app.cursor}
                      selected={app.selection.has(row.id)}
                      selecting={choosing}
                      outgoing={outgoing}
                      labels={store.personal.labelsOf(row.keywords)}
                      snippet={snippets.get(row.id)}
                      showSize={showSize}
                      language={language}
                      texts={texts}
                      onOpen={onOpen}
                      onToggle={toggle}
                      onExtend={extend}
                      onStar={star}
                      onDrag={drag}
                    />
                  ) : (
                    <div className="mail-row pending" aria-hidden="true">
                      <span />
                      <span />
                    </div>
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </section>
  );
}
