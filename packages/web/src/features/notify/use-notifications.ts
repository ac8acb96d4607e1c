import { useEffect, useRef } from 'react';
import type { Accounts } from '../../app/accounts/accounts.ts';
import { useObserved } from '../../jmap/observable.ts';
import { displayName } from '../../lib/addresses.ts';
import { useTexts } from '../../lib/language.ts';
import { subscribePush, unsubscribePush } from '../../worker/web-push.ts';
import { announce, watchNewMail } from './new-mail.ts';

/** New mail in one's own inbox: notification, sound, a mark on the tab and on the installed app, as the settings say. */
export function useNotifications(accounts: Accounts): void {
  const texts = useTexts();
  const store = useObserved(accounts.own.store);
  const { desktopNotifications, notificationSound } = store.personal.settings;
  const unread = store.mailboxByRole('inbox')?.unreadEmails ?? 0;
  const latest = useRef({ texts, desktopNotifications, notificationSound });
  latest.current = { texts, desktopNotifications, notificationSound };

  useEffect(
    () =>
      watchNewMail(accounts.own.store, mails => {
        const now = latest.current;
        if (!now.desktopNotifications) return;
        announce(mails, {
          title: mail => (mail.from?.[0] ? displayName(mail.from[0]) : now.texts.reading.notify.fresh),
          many: now.texts.reading.notify.many,
          noSubject: now.texts.list.noSubject,
          sound: now.notificationSound,
          open: mailId => {
            location.hash = `#/f/inbox/${encodeURIComponent(mailId)}`;
          },
        });
      }),
    [accounts],
  );

  const granted = 'Notification' in globalThis && Notification.permission === 'granted';
  useEffect(() => {
    const { client } = accounts.own.store;
    const work = desktopNotifications && granted ? subscribePush(client) : unsubscribePush(client);
    // Without a push service windows that are open still tell.
    work.catch(() => undefined);
  }, [accounts, desktopNotifications, granted]);

  useEffect(
    () =>
      accounts.own.store.afterFirstList(() => {
        const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
        if (icon) icon.href = unread > 0 ? '/mark-unread.svg' : '/mark.svg';
      }),
    [accounts, unread],
  );

  useEffect(() => {
    const badge = navigator as {
      setAppBadge?: (count: number) => Promise<void>;
      clearAppBadge?: () => Promise<void>;
    };
    void (unread > 0 ? badge.setAppBadge?.(unread) : badge.clearAppBadge?.())?.catch(() => undefined);
  }, [unread]);
}
