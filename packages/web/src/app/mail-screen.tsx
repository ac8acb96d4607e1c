import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Composer } from '../features/composer/composer.tsx';
import { beginning, emptyContent, fromEmail, keyOf } from '../features/composer/draft.ts';
import { forgetAll, takeLeftBehind } from '../features/composer/keeping/local-drafts.ts';
import { answer, type ReplyKind } from '../features/composer/reply.ts';
import { DraftDock } from '../features/composer/windows/draft-dock.tsx';
import { useDrafts } from '../features/composer/windows/use-drafts.ts';
import { FolderTree } from '../features/folders/folder-tree.tsx';
import { DestroyDialog } from '../features/list/destroy-dialog.tsx';
import { MessageListPane } from '../features/list/message-list-pane.tsx';
import { SnoozeDialog } from '../features/reader/more/snooze.tsx';
import { Reader } from '../features/reader/reader.tsx';
import { forgetSearches } from '../features/search/recent.ts';
import { AppearanceContext } from '../features/settings/appearance.ts';
import { forgetFirstList } from '../jmap/first-list.ts';
import { useObserved } from '../jmap/observable.ts';
import { forgetKept } from '../jmap/offline/keeper.ts';
import type { Address } from '../jmap/types.ts';
import { type Language, useLanguage, useTexts } from '../lib/language.ts';
import { uniqueId } from '../lib/unique.ts';
import { IconPencil } from '../ui/icons.ts';
import { Formation } from '../ui/mark.tsx';
import { ToastBar } from '../ui/toasts.tsx';
import { unsubscribePush } from '../worker/web-push.ts';
import type { Accounts } from './accounts/accounts.ts';
import { signOut } from './auth.ts';
import { ShortcutSheet } from './keys/shortcut-sheet.tsx';
import { Shortcuts } from './keys/shortcuts.ts';
import { useMailKeys } from './keys/use-mail-keys.ts';
import { useMenuKeys } from './keys/use-menu-keys.ts';
import type { MailApp } from './mail-app.ts';
import { forgetAllWork } from './mails/unfinished.ts';
import { Pages } from './pages.tsx';
import { PhoneNavigation } from './phone-navigation.tsx';
import type { Theme } from './theme.ts';
import { TopBar } from './top-bar.tsx';
import { useBack } from './use-back.ts';
import { phoneScreen, useMedia } from './use-media.ts';
import './mail-screen.css';

interface MailScreenProps {
  readonly app: MailApp;
  readonly accounts: Accounts;
  readonly theme: { readonly theme: Theme; readonly dark: boolean; readonly choose: (theme: Theme) => void };
  readonly onLanguage: (language: Language) => void;
  readonly onSignedOut: () => void;
}

/** The mail screen: folders, list, reader or composer. */
export function MailScreen({ app, accounts, theme, onLanguage, onSignedOut }: MailScreenProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  useObserved(app);
  const store = useObserved(app.store);
  const shortcuts = useMemo(() => new Shortcuts(), []);
  const drafts = useDrafts();
  const { open: openDraft } = drafts;
  const draft = drafts.full;
  const [sheet, setSheet] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const menus = useMenuKeys(app);
  const [snoozing, setSnoozing] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const phone = useMedia(phoneScreen);
  const narrow = useMedia('(max-width: 1199px)');

  useBack(phone && draft !== null, drafts.leave);
  useBack(drawer, () => setDrawer(false));
  useEffect(() => app.start(), [app]);
  useEffect(() => {
    const handed = accounts.own === app ? accounts.takeHanded() : null;
    if (handed) openDraft(handed);
  }, [app, accounts, openDraft]);
  useEffect(() => {
    addEventListener('keydown', shortcuts.handle);
    return () => removeEventListener('keydown', shortcuts.handle);
  }, [shortcuts]);
  useEffect(() => {
    takeLeftBehind(app.store).then(
      left => {
        for (const one of left) openDraft(one);
        if (left.length > 0) app.toasts.show({ text: texts.compose.restored });
      },
      () => undefined,
    );
    app.takeUp().catch((error: unknown) => app.report(error));
    // Only what an earlier visit left behind.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app]);
  const unread = store.mailboxByRole('inbox')?.unreadEmails ?? 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${texts.product}` : texts.product;
  }, [unread, texts]);

  const compose = useCallback(
    (to: readonly Address[] = [], subject = ''): void => {
      setDrawer(false);
      app.leavePage();
      const [identity] = store.identities;
      const content = {
        ...emptyContent(identity?.id ?? ''),
        ...beginning(identity, store.personal.signatureFor('new')),
        to,
        ...(subject ? { subject } : {}),
      };
      openDraft({ key: uniqueId(), content, serverId: null });
    },
    [app, store, openDraft],
  );

  const reopen = useCallback(
    (shownId: string): void => {
      const open = async (): Promise<void> => {
        const mailId = await store.draftVersions.newest(shownId);
        await store.load([mailId]);
        const mail = store.full(mailId);
        if (!mail) return;
        const key = keyOf(mail);
        const take = (as: string): void =>
          openDraft({
            key: as,
            content: fromEmail(mail, store.identities[0]?.id ?? '', file =>
              store.client.downloadUrl(file.blobId ?? '', file.name, file.type),
            ),
            serverId: mailId,
          });
        if (await store.draftLocks.take(key)) take(key);
        else
          app.toasts.show({
            text: texts.compose.elsewhere,
            // As a draft of its own: what the other tab saves is not replaced.
            action: { label: texts.compose.openHere, run: () => take(uniqueId()) },
          });
      };
      open().catch((error: unknown) => app.report(error));
    },
    [app, store, openDraft, texts],
  );

  const openMail = useCallback(
    (id: string): void => {
      const row = store.row(id);
      const waiting = store.mailboxByRole('scheduled')?.id;
      // Writing on at a mail that waits for its time would take it out: its page says what can be done with it.
      if (row && waiting && waiting in row.mailboxIds) app.visit('scheduled');
      // A draft that answers nothing goes on being written; others are read in their conversation.
      else if (
        row &&
        (store.threadOf(row).every(mail => '$draft' in mail.keywords) ||
          ('$draft' in row.keywords && app.mailbox?.role === 'drafts'))
      )
        reopen(id);
      else app.open(id);
    },
    [app, store, reopen],
  );

  const respond = useCallback(
    (kind: ReplyKind, mailId: string): void => {
      store
        .load([mailId])
        .then(() => {
          const mail = store.full(mailId);
          if (!mail) return undefined;
          // Where nothing can be sent from, one answers as oneself.
          const { identities } = store.identities.length ? store : accounts.own.store;
          const content = answer(mail, kind, identities, texts, language, store.personal);
          const reply = { key: uniqueId(), content, serverId: null };
          if (store.identities.length === 0) return accounts.handOver(reply, store);
          openDraft(reply);
          return undefined;
        })
        .catch((error: unknown) => app.report(error));
    },
    [app, accounts, store, texts, language, openDraft],
  );

  useMailKeys(app, shortcuts, {
    compose: () => compose(),
    respond,
    search: () => searchField.current?.focus(),
    help: () => setSheet(true),
    move: menus.move,
    label: menus.label,
    snooze: () => {
      const able = app.canSnooze && app.targets.length > 0;
      if (able) setSnoozing(true);
      return able;
    },
    open: openMail,
  });
  useEffect(() => (sheet ? shortcuts.add({}, true) : undefined), [sheet, shortcuts]);

  async function leave(): Promise<void> {
    await unsubscribePush(store.client).catch(() => undefined);
    await signOut().catch(() => undefined);
    await forgetAll(store);
    forgetAllWork(store);
    forgetFirstList();
    await forgetKept();
    forgetSearches(store.client.accountId);
    onSignedOut();
  }

  const open = app.route.mailId !== null;
  const { page } = app.route;
  const showList = !draft && !page && !(phone && open);
  shortcuts.single = store.personal.settings.keyboardShortcuts;
  const appearance = useMemo(
    () => ({
      language,
      theme: theme.theme,
      chooseLanguage: onLanguage,
      chooseTheme: theme.choose,
    }),
    [language, theme, onLanguage],
  );
  return (
    <div className="screen">
      <TopBar
        app={app}
        searchField={searchField}
        onSearch={drafts.leave}
        onFolders={() => setDrawer(true)}
        onShortcuts={() => setSheet(true)}
        onPage={name => {
          // What was begun waits in the bar at the bottom.
          drafts.leave();
          if (name === 'mail') app.leavePage();
          else app.visit(name);
        }}
        onSignOut={() => void leave()}
      />
      <main className="panes">
        {(!narrow || drawer) && (
          <div
            className={narrow ? 'drawer' : 'contents'}
            onClick={event => event.target === event.currentTarget && setDrawer(false)}
          >
            <FolderTree
              app={app}
              composing={draft !== null}
              onCompose={() => compose()}
              onChosen={() => {
                setDrawer(false);
                drafts.leave();
              }}
            />
          </div>
        )}
        {showList && (
          <MessageListPane
            app={app}
            offline={accounts.connection === 'off'}
            phone={phone}
            menus={menus.list}
            onOpen={openMail}
          />
        )}
        {drafts.items.map(one => (
          <Composer
            key={one.draft.key}
            app={app}
            draft={one.draft}
            mode={phone && one.mode === 'window' ? 'full' : one.mode}
            drafts={drafts}
            shortcuts={shortcuts}
          />
        ))}
        {draft ? null : page ? (
          <AppearanceContext value={appearance}>
            <Pages app={app} onWrite={to => compose([to])} />
          </AppearanceContext>
        ) : open ? (
          <Reader
            app={app}
            dark={theme.dark}
            menus={menus.reader}
            onAnswer={respond}
            onDraft={reopen}
            shortcuts={shortcuts}
            onWrite={(to, subject) => compose([to], subject)}
          />
        ) : (
          !phone && (
            <section className="reader none">
              <Formation width={200} />
              <p>{texts.mail.none}</p>
            </section>
          )
        )}
      </main>
      {phone && !draft && !open && <PhoneNavigation app={app} />}
      {phone && !draft && !page && !open && store.personal.settings.quickCompose && (
        <button type="button" className="button primary write-pill" onClick={() => compose()}>
          <IconPencil className="icon" size={18} />
          {texts.folder.compose}
        </button>
      )}
      {!(draft && phone) && <DraftDock drafts={drafts} />}
      {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
      {snoozing && <SnoozeDialog app={app} onClose={() => setSnoozing(false)} />}
      <DestroyDialog app={app} />
      <ToastBar toasts={app.toasts} />
    </div>
  );
}
