import type { ReactElement } from 'react';
import type { MenuSignals } from '../../app/keys/use-menu-keys.ts';
import type { MailApp } from '../../app/mail-app.ts';
import { count } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import {
  IconArchive,
  IconClock,
  IconFolder,
  IconInbox,
  IconMailOpened,
  IconShieldX,
  IconTag,
  IconTrash,
} from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { LabelMenu } from '../labels/label-menu.tsx';
import { MoveMenu } from './move-menu.tsx';

interface SelectionBarProps {
  readonly app: MailApp;
  readonly menus: MenuSignals;
}

/** Stands in place of the filters while rows are chosen. */
export function SelectionBar({ app, menus }: SelectionBarProps): ReactElement {
  const texts = useTexts();
  const { ids, exact } = app.selection;
  const total = app.list.total ?? 0;
  const told = (exact ? texts.list.selectedAll : texts.list.selected)(ids.length);
  const anyUnread = ids.some(id => {
    const row = app.store.row(id);
    return row ? app.isUnread(row) : false;
  });
  const role = app.mailbox?.role;
  const inTrash = role === 'trash';
  const inJunk = role === 'junk';
  return (
    <>
      <div className="selection-bar" role="toolbar" aria-label={told}>
        <span className="strong" role="status">
          {told}
        </span>
        {ids.length === 0 ? (
          <button type="button" className="button plain small" onClick={() => app.clearSelection()}>
            {texts.list.clear}
          </button>
        ) : (
          <>
            {' '}
            <button
              type="button"
              className="button plain small"
              onClick={() => void app.fileTo(app.canDestroy ? 'inbox' : 'archive')}
            >
              {app.canDestroy ? (
                <IconInbox className="icon" size={16} />
              ) : (
                <IconArchive className="icon" size={16} />
              )}
              {inTrash ? texts.folder.inbox : inJunk ? texts.mail.notJunk : texts.mail.archive}
            </button>
            <button
              type="button"
              className="button plain small"
              onClick={() => (inTrash ? void app.askDestroy() : void app.fileTo('trash'))}
            >
              <IconTrash className="icon" size={16} />
              {inTrash ? texts.mail.destroy : texts.mail.remove}
            </button>
            <MoveMenu
              app={app}
              label={<IconFolder className="icon" size={16} />}
              withWord
              openSignal={menus.move}
            />
            <LabelMenu
              app={app}
              openSignal={menus.label}
              label={
                <>
                  <IconTag className="icon" size={16} />
                  {texts.mail.label}
                </>
              }
            />
            <Menu
              className="button plain small"
              label={texts.mail.more}
              align="end"
              items={[
                {
                  key: 'seen',
                  label: anyUnread ? texts.mail.markRead : texts.mail.markUnread,
                  icon: <IconMailOpened className="icon" size={16} />,
                  run: () => void app.toggleSeen(),
                },
                {
                  key: 'todo',
                  label: texts.mail.toTodo,
                  icon: <IconClock className="icon" size={16} />,
                  run: () => void app.setTask('todo'),
                },
                inJunk
                  ? {
                      key: 'destroy',
                      label: texts.mail.destroy,
                      icon: <IconTrash className="icon" size={16} />,
                      danger: true,
                      run: () => void app.askDestroy(),
                    }
                  : {
                      key: 'junk',
                      label: texts.mail.junk,
                      icon: <IconShieldX className="icon" size={16} />,
                      run: () => void app.fileTo('junk'),
                    },
                'line',
                { key: 'none', label: texts.list.clear, run: () => app.clearSelection() },
              ]}
            />
          </>
        )}
      </div>
      {!exact && ids.length < total && (
        <p className="selection-all">
          <button
            type="button"
            className="link"
            disabled={app.selecting}
            onClick={() => void app.selectAll()}
          >
            {app.selecting ? texts.list.selecting : texts.list.selectAll(count(total))}
          </button>
        </p>
      )}
    </>
  );
}
