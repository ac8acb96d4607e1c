import { type ReactElement, useEffect, useState } from 'react';
import type { ConversationKey } from '../../../app/keys/mail-keys.ts';
import type { Handler, Shortcuts } from '../../../app/keys/shortcuts.ts';
import type { MailApp } from '../../../app/mail-app.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconBan, IconFilter, IconSend, IconUserPlus } from '../../../ui/icons.ts';
import type { MenuItem } from '../../../ui/menu.tsx';
import { contactsCapability } from '../../contacts/contacts-store.ts';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { printMail } from './print.ts';
import { type SenderAsking, SenderDialog } from './sender-dialogs.tsx';
import { SnoozeDialog, useSnoozeItems } from './snooze.tsx';
import { SourceDialog } from './source-dialog.tsx';

type Asking = SenderAsking | 'snooze' | 'source' | 'delivery' | null;

interface More {
  /** 稍后处理. */
  readonly snooze: readonly MenuItem[];
  /** What concerns the sender, and the mail as a document. */
  readonly items: readonly (MenuItem | 'line')[];
  readonly dialog: ReactElement | null;
  readonly ask: (asking: Asking) => void;
}

/** The rarer things one does with the mail `mailId`, and the dialogs they open. */
export function useMore(app: MailApp, mailId: string | null, shortcuts: Shortcuts): More {
  const texts = useTexts();
  const words = texts.reading;
  const [asking, setAsking] = useState<Asking>(null);
  const { store } = app;
  const mail = mailId ? store.full(mailId) : undefined;
  const from = mail?.from?.[0];
  const own = from !== undefined && store.ownAddresses.has(from.email.toLowerCase());
  const snoozed = Boolean(mail?.snoozed) || app.mailbox?.role === 'snoozed';
  const open = app.route.mailId ? [app.route.mailId] : [];
  const snooze = useSnoozeItems(app, open, snoozed, () => setAsking('snooze'));
  const { personal, client } = store;
  const about = from !== undefined && !own;
  const close = (): void => setAsking(null);
  useEffect(() => {
    const keys: Readonly<Record<Extract<ConversationKey, 'd'>, Handler>> = {
      d: () => {
        if (own) setAsking('delivery');
        return own;
      },
    };
    return shortcuts.add(keys);
  }, [shortcuts, own]);
  const items: (MenuItem | 'line')[] = [
    ...(own
      ? [
          {
            key: 'delivery',
            label: words.delivery.title,
            icon: <IconSend className="icon" size={16} />,
            run: () => setAsking('delivery'),
          },
        ]
      : []),
    ...(about && client.offers('urn:hongyan:params:jmap:filters')
      ? [
          {
            key: 'filter',
            label: words.sender.filter,
            icon: <IconFilter className="icon" size={16} />,
            run: () => {
              // Labels stand among what a rule can do.
              void personal.labels.load().finally(() => setAsking('filter'));
            },
          },
          {
            key: 'block',
            label: words.sender.block,
            icon: <IconBan className="icon" size={16} />,
            run: () => setAsking('block'),
          },
        ]
      : []),
    ...(about && client.offers(contactsCapability)
      ? [
          {
            key: 'contact',
            label: words.sender.addContact,
            icon: <IconUserPlus className="icon" size={16} />,
            run: () => setAsking('contact'),
          },
        ]
      : []),
    'line',
    { key: 'print', label: texts.mail.print, run: () => void printMail() },
    { key: 'source', label: texts.mail.source, run: () => setAsking('source') },
  ];
  const dialog =
    asking === null || !mail ? null : asking === 'snooze' ? (
      <SnoozeDialog app={app} ids={open} onClose={close} />
    ) : asking === 'source' ? (
      <SourceDialog app={app} mail={mail} onClose={close} />
    ) : asking === 'delivery' ? (
      <DeliveryDialog app={app} mailId={mail.id} onClose={close} />
    ) : from ? (
      <SenderDialog app={app} from={from} asking={asking} onClose={close} />
    ) : null;
  return { snooze, items, dialog, ask: setAsking };
}
