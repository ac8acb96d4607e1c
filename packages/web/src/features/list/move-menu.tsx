import type { ReactElement, ReactNode } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useTexts } from '../../lib/language.ts';
import { IconFolder } from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { mailboxName, ownFolders } from '../folders/mailboxes.ts';

interface MoveMenuProps {
  readonly app: MailApp;
  readonly label: ReactNode;
  readonly withWord?: boolean;
  readonly openSignal?: number;
  /** What is moved; left out: what is chosen. */
  readonly ids?: readonly string[];
}

/** 移动: every folder but the one on screen. */
export function MoveMenu({ app, label, withWord = false, openSignal = 0, ids }: MoveMenuProps): ReactElement {
  const texts = useTexts();
  const here = app.mailbox?.id;
  const roles = ['inbox', 'archive', 'junk', 'trash'] as const;
  const targets = [
    ...roles.map(role => app.store.mailboxByRole(role)).filter(mailbox => mailbox !== undefined),
    ...ownFolders(app.store.mailboxes).map(({ mailbox }) => mailbox),
  ].filter(mailbox => mailbox.id !== here);
  return (
    <Menu
      className="button plain small"
      name={texts.mail.moveTo}
      openSignal={openSignal}
      label={
        <>
          {label}
          {withWord && texts.mail.move}
        </>
      }
      items={targets.map(mailbox => {
        const name = mailboxName(mailbox, texts);
        return {
          key: mailbox.id,
          label: name,
          icon: <IconFolder className="icon" size={16} />,
          run: () => void app.file(ids ?? app.targets, mailbox, total => texts.done.moved(total, name)),
        };
      })}
    />
  );
}
