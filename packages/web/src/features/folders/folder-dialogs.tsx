import type { ReactElement } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { Mailbox } from '../../jmap/types.ts';
import { useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { afterDestroying } from './after-destroying.ts';
import { FolderNameDialog } from './folder-name-dialog.tsx';
import { mailboxName } from './mailboxes.ts';

/** What is asked before a folder changes. */
export type FolderQuestion =
  | { readonly kind: 'create'; readonly parent: Mailbox | null }
  | { readonly kind: 'rename' | 'remove' | 'empty'; readonly mailbox: Mailbox };

interface FolderDialogsProps {
  readonly asking: FolderQuestion;
  readonly app: MailApp;
  /** Told before a folder goes. */
  readonly onRemove: (mailbox: Mailbox) => void;
  readonly onClose: () => void;
}

/** Naming, removing and emptying folders (FLD-01, REA-07). */
export function FolderDialogs({ asking, app, onRemove, onClose }: FolderDialogsProps): ReactElement {
  const texts = useTexts();
  const { store } = app;
  const note = afterDestroying(store, texts);
  const run = (work: Promise<unknown>): void => {
    onClose();
    work.catch((error: unknown) => app.report(error));
  };
  if (asking.kind === 'create' || asking.kind === 'rename') {
    return (
      <FolderNameDialog
        title={asking.kind === 'create' ? texts.folder.create : texts.folder.rename}
        initial={asking.kind === 'rename' ? asking.mailbox.name : ''}
        onClose={onClose}
        onSave={name =>
          run(
            store.changeMailbox(
              asking.kind === 'create'
                ? { create: { new: { name, parentId: asking.parent?.id ?? null } } }
                : { update: { [asking.mailbox.id]: { name } } },
            ),
          )
        }
      />
    );
  }
  if (asking.kind === 'remove') {
    return (
      <Confirm
        question={texts.folder.removeConfirm(asking.mailbox.name, asking.mailbox.totalEmails)}
        {...(asking.mailbox.totalEmails > 0 ? { note } : {})}
        verb={texts.folder.remove}
        cancel={texts.mail.close}
        onClose={onClose}
        onConfirm={() => {
          onRemove(asking.mailbox);
          run(store.changeMailbox({ destroy: [asking.mailbox.id], onDestroyRemoveEmails: true }));
        }}
      />
    );
  }
  return (
    <Confirm
      question={texts.folder.emptyConfirm(mailboxName(asking.mailbox, texts), asking.mailbox.totalEmails)}
      note={note}
      verb={texts.folder.emptyDo(asking.mailbox.totalEmails)}
      cancel={texts.mail.close}
      onClose={onClose}
      onConfirm={() => run(app.empty(asking.mailbox))}
    />
  );
}
