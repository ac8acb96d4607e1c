import { Fragment, type ReactElement, type ReactNode, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Mailbox } from '../../jmap/types.ts';
import { fileSize } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import {
  IconAlarm,
  IconArchive,
  IconCalendarTime,
  IconCircleCheck,
  IconClock,
  IconDots,
  IconFile,
  IconFolder,
  IconInbox,
  IconPencil,
  IconSend,
  IconShieldX,
  IconStar,
  IconTrash,
} from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { LabelList } from '../labels/label-list.tsx';
import { AccountList } from './account-list.tsx';
import { FolderDialogs, type FolderQuestion } from './folder-dialogs.tsx';
import { mailboxName, ownFolders, standardLists } from './mailboxes.ts';
import { NavEntry } from './nav-entry.tsx';
import { useSpace } from './space.tsx';
import './folder-tree.css';

const roleIcons: Readonly<Record<string, ReactNode>> = {
  inbox: <IconInbox className="icon" size={18} />,
  drafts: <IconFile className="icon" size={18} />,
  sent: <IconSend className="icon" size={18} />,
  archive: <IconArchive className="icon" size={18} />,
  trash: <IconTrash className="icon" size={18} />,
  junk: <IconShieldX className="icon" size={18} />,
  snoozed: <IconAlarm className="icon" size={18} />,
};
/** Lists that are not a mailbox: by keyword. */
const byKeyword = {
  starred: <IconStar className="icon" size={18} />,
  todo: <IconClock className="icon" size={18} />,
  done: <IconCircleCheck className="icon" size={18} />,
} as const;
interface FolderTreeProps {
  readonly app: MailApp;
  readonly composing: boolean;
  readonly onCompose: () => void;
  readonly onChosen: () => void;
}

/** The left navigation: 写信, the folders everyone has, one's own, and the space used (FLD-01, SET-09). */
export function FolderTree({ app, composing, onCompose, onChosen }: FolderTreeProps): ReactElement {
  const texts = useTexts();
  useObserved(app);
  const store = useObserved(app.store);
  const [asking, setAsking] = useState<FolderQuestion | null>(null);
  const { place } = app.route;
  const current = app.route.page
    ? app.route.page.name
    : place.kind === 'label'
      ? place.label
      : place.kind === 'folder'
        ? app.mailbox?.id
        : place.kind;

  function entry(
    key: string,
    label: string,
    icon: ReactNode,
    count: number,
    unread: boolean,
    open: () => void,
    drop?: (ids: readonly string[]) => void,
    depth = 0,
  ): ReactElement {
    return (
      <NavEntry
        label={label}
        icon={icon}
        current={key === current}
        count={count}
        unread={unread}
        depth={depth}
        onOpen={() => {
          open();
          onChosen();
        }}
        {...(drop ? { onDropMails: drop } : {})}
      />
    );
  }

  const fileInto =
    (mailbox: Mailbox) =>
    (ids: readonly string[]): void =>
      void app.file(ids, mailbox, total => texts.done.moved(total, mailboxName(mailbox, texts)));

  const quota = useSpace(store);
  // FLD-01: the server says how deep folders may lie.
  const deepest = store.client.accountLimit('urn:ietf:params:jmap:mail', 'maxMailboxDepth', 6);
  return (
    <nav className="folders" aria-label={texts.top.folders}>
      <button
        type="button"
        className={composing ? 'button compose-button' : 'button primary compose-button'}
        onClick={onCompose}
      >
        <IconPencil className="icon" size={18} />
        <span className="grow">{texts.folder.compose}</span>
        <kbd>C</kbd>
      </button>
      <div className="folder-scroll">
        {standardLists.map(role => {
          if (role === 'starred' || role === 'todo' || role === 'done') {
            return (
              <div key={role} className="folder-line">
                {entry(
                  role,
                  texts.folder[role],
                  byKeyword[role],
                  0,
                  false,
                  () => app.go({ kind: role }),
                  ids => void (role === 'starred' ? app.mark('$flagged', true, ids) : app.setTask(role, ids)),
                )}
              </div>
            );
          }
          const mailbox = store.mailboxByRole(role);
          if (!mailbox) return null;
          const drafts = role === 'drafts';
          const count =
            drafts || role === 'snoozed'
              ? mailbox.totalEmails
              : role === 'inbox' || role === 'junk'
                ? mailbox.unreadEmails
                : 0;
          return (
            <Fragment key={role}>
              <div className="folder-line">
                {entry(
                  mailbox.id,
                  texts.folder[role],
                  roleIcons[role],
                  count,
                  role === 'inbox',
                  () => app.go({ kind: 'folder', folder: role }),
                  role === 'drafts' || role === 'sent' || role === 'snoozed' ? undefined : fileInto(mailbox),
                )}
                {(role === 'trash' || role === 'junk') && mailbox.totalEmails > 0 && (
                  <Menu
                    className="folder-more"
                    name={`${texts.mail.more}: ${texts.folder[role]}`}
                    label={<IconDots className="icon" size={16} />}
                    align="end"
                    items={[
                      {
                        key: 'empty',
                        label: texts.folder.empty,
                        danger: true,
                        run: () => setAsking({ kind: 'empty', mailbox }),
                      },
                    ]}
                  />
                )}
              </div>
              {drafts && typeof store.client.submission('maxDelayedSend') === 'number' && (
                <div className="folder-line">
                  {entry(
                    'scheduled',
                    texts.compose.scheduledPage.title,
                    <IconCalendarTime className="icon" size={18} />,
                    0,
                    false,
                    () => app.visit('scheduled'),
                  )}
                </div>
              )}
            </Fragment>
          );
        })}
        <AccountList onChosen={onChosen} />
        <div className="folder-group">
          <span className="grow">{texts.folder.mine}</span>
          <button type="button" onClick={() => setAsking({ kind: 'create', parent: null })}>
            {texts.folder.create}
          </button>
        </div>
        {ownFolders(store.mailboxes).map(({ mailbox, depth }) => (
          <div key={mailbox.id} className="folder-line">
            {entry(
              mailbox.id,
              mailbox.name,
              <IconFolder className="icon" size={18} />,
              mailbox.unreadEmails,
              true,
              () => app.go({ kind: 'folder', folder: mailbox.id }),
              fileInto(mailbox),
              depth,
            )}
            <Menu
              className="folder-more"
              name={`${texts.mail.more}: ${mailbox.name}`}
              label={<IconDots className="icon" size={16} />}
              align="end"
              items={[
                ...(depth + 1 < deepest
                  ? [
                      {
                        key: 'create',
                        label: texts.folder.createInside,
                        run: () => setAsking({ kind: 'create', parent: mailbox }),
                      },
                    ]
                  : []),
                {
                  key: 'rename',
                  label: texts.folder.rename,
                  run: () => setAsking({ kind: 'rename', mailbox }),
                },
                {
                  key: 'remove',
                  label: texts.folder.remove,
                  danger: true,
                  run: () => setAsking({ kind: 'remove', mailbox }),
                },
              ]}
            />
          </div>
        ))}
        {app.account === null && <LabelList app={app} onChosen={onChosen} />}
      </div>
      {quota && (
        <p className="meta folder-foot">
          {texts.folder.used(
            fileSize(quota.used),
            quota.hardLimit === null ? null : fileSize(quota.hardLimit),
          )}
        </p>
      )}
      {asking && (
        <FolderDialogs
          asking={asking}
          app={app}
          onRemove={mailbox => {
            if (current === mailbox.id) app.go({ kind: 'folder', folder: 'inbox' });
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </nav>
  );
}
