import { type ReactElement, useRef } from 'react';
import type { Shortcuts } from '../../app/keys/shortcuts.ts';
import type { MenuSignals } from '../../app/keys/use-menu-keys.ts';
import type { MailApp } from '../../app/mail-app.ts';
import { phoneScreen, useMedia } from '../../app/use-media.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import {
  IconAlarm,
  IconArchive,
  IconArrowBackUp,
  IconArrowBackUpDouble,
  IconArrowForwardUp,
  IconArrowLeft,
  IconChevronDown,
  IconCircleCheck,
  IconClock,
  IconDots,
  IconFolder,
  IconInbox,
  IconMail,
  IconShieldX,
  IconStar,
  IconTag,
  IconTrash,
} from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { useCrowding } from '../../ui/use-crowding.ts';
import type { ReplyKind } from '../composer/reply.ts';
import { LabelMenu } from '../labels/label-menu.tsx';
import { MoveMenu } from '../list/move-menu.tsx';
import { useMore } from './more/use-more.tsx';

interface ReaderToolbarProps {
  readonly app: MailApp;
  /** The mail that answers go to: the newest of the conversation. */
  readonly mailId: string;
  readonly menus: MenuSignals;
  readonly shortcuts: Shortcuts;
  readonly onAnswer: (kind: ReplyKind) => void;
}

/** What can be done with the open conversation. On a phone it lies at the bottom. */
export function ReaderToolbar(props: ReaderToolbarProps): ReactElement {
  const { app, mailId, menus, shortcuts, onAnswer } = props;
  const texts = useTexts();
  const bar = useRef<HTMLDivElement>(null);
  const phone = useMedia(phoneScreen);
  const role = app.mailbox?.role;
  const id = app.route.mailId;
  const open = id ? [id] : [];
  const row = id ? app.store.row(id) : undefined;
  const starred = row !== undefined && '$flagged' in row.keywords;
  const todo = row !== undefined && app.store.threadOf(row).some(mail => '$todo' in mail.keywords);
  const put = role === 'trash' || role === 'junk' || role === 'archive';
  const more = useMore(app, mailId, shortcuts);
  // What does not fit beside the list is in the menu: first what is put off, then the other answers. Then words go.
  const key = `${useLanguage()} ${role ?? ''} ${todo} ${more.snooze.length}`;
  const crowding = useCrowding(bar, key, 3);
  const laterInMenu = phone || crowding > 0;
  const answersInMenu = crowding > 1;
  const words = crowding < 3;
  const back = (
    <button type="button" className="button plain only-narrow" onClick={() => app.open(null)}>
      <IconArrowLeft className="icon" size={18} />
      {texts.mail.back}
    </button>
  );
  const place = (
    <>
      <MoveMenu
        app={app}
        label={<IconFolder className="icon" size={18} />}
        withWord={words}
        ids={open}
        openSignal={menus.move}
      />
      <LabelMenu
        app={app}
        label={
          <>
            <IconTag className="icon" size={18} />
            {words && texts.mail.label}
          </>
        }
        ids={open}
        openSignal={menus.label}
      />
    </>
  );
  const away = (
    <>
      <button
        type="button"
        className="button plain"
        onClick={() => void app.fileTo(put ? 'inbox' : 'archive', open)}
      >
        {put ? <IconInbox className="icon" size={18} /> : <IconArchive className="icon" size={18} />}
        {role === 'junk' ? texts.mail.notJunk : put ? texts.folder.inbox : texts.mail.archive}
      </button>
      <button
        type="button"
        className="button plain"
        onClick={() => (role === 'trash' ? void app.askDestroy(open) : void app.fileTo('trash', open))}
      >
        <IconTrash className="icon" size={18} />
        {role === 'trash' ? texts.mail.destroy : texts.mail.remove}
      </button>
    </>
  );
  const rest = (
    <Menu
      label={
        <>
          {phone && <IconDots className="icon" size={20} />}
          {texts.mail.more}
          {!phone && <IconChevronDown className="icon" size={16} />}
        </>
      }
      align="end"
      items={[
        ...(answersInMenu
          ? [{ key: 'all', label: texts.mail.replyAll, run: () => onAnswer('replyAll') }]
          : []),
        ...(phone || answersInMenu
          ? [{ key: 'forward', label: texts.mail.forward, run: () => onAnswer('forward') }]
          : []),
        ...(laterInMenu
          ? [
              {
                key: 'todo',
                label: todo ? texts.mail.toDone : texts.mail.toTodo,
                run: () => void app.setTask(todo ? 'done' : 'todo', open),
              },
              'line' as const,
            ]
          : []),
        {
          key: 'star',
          label: starred ? texts.mail.unstar : texts.mail.star,
          icon: <IconStar className="icon" size={16} />,
          run: () => void app.toggleStar(open),
        },
        ...(todo
          ? [{ key: 'notTodo', label: texts.mail.notTodo, run: () => void app.setTask('none', open) }]
          : []),
        {
          key: 'unread',
          label: texts.mail.markUnread,
          icon: <IconMail className="icon" size={16} />,
          run: () => {
            void app.mark('$seen', false, open);
            app.open(null);
          },
        },
        ...(role === 'junk'
          ? [
              {
                key: 'destroy',
                label: texts.mail.destroy,
                icon: <IconTrash className="icon" size={16} />,
                danger: true,
                run: () => void app.askDestroy(open),
              },
            ]
          : [
              {
                key: 'junk',
                label: texts.mail.junk,
                icon: <IconShieldX className="icon" size={16} />,
                run: () => void app.fileTo('junk', open),
              },
            ]),
        ...(laterInMenu && more.snooze.length ? ['line' as const, ...more.snooze] : []),
        'line' as const,
        ...more.items,
      ]}
    />
  );
  if (phone)
    return (
      <>
        <div className="reader-tools reader-top" role="toolbar" aria-label={texts.mail.back}>
          {back}
          <span className="grow" />
          {place}
        </div>
        <div className="reader-tools reader-bottom" role="toolbar" aria-label={row?.subject ?? ''}>
          <button type="button" className="button plain" onClick={() => onAnswer('reply')}>
            <IconArrowBackUp className="icon" size={20} />
            {texts.mail.reply}
          </button>
          <button type="button" className="button plain" onClick={() => onAnswer('replyAll')}>
            <IconArrowBackUpDouble className="icon" size={20} />
            {texts.mail.replyAll}
          </button>
          {away}
          {rest}
        </div>
        {more.dialog}
      </>
    );
  return (
    <div className="reader-tools" ref={bar} role="toolbar" aria-label={row?.subject ?? ''}>
      {back}
      <button type="button" className="button plain" onClick={() => onAnswer('reply')}>
        <IconArrowBackUp className="icon" size={18} />
        {texts.mail.reply}
      </button>
      {!answersInMenu && (
        <>
          <button type="button" className="button plain" onClick={() => onAnswer('replyAll')}>
            <IconArrowBackUpDouble className="icon" size={18} />
            {texts.mail.replyAll}
          </button>
          <button type="button" className="button plain" onClick={() => onAnswer('forward')}>
            <IconArrowForwardUp className="icon" size={18} />
            {texts.mail.forward}
          </button>
        </>
      )}
      <span className="separator" aria-hidden="true" />
      {away}
      {place}
      {!laterInMenu && (
        <button
          type="button"
          className="button plain"
          onClick={() => void app.setTask(todo ? 'done' : 'todo', open)}
        >
          {todo ? <IconCircleCheck className="icon" size={18} /> : <IconClock className="icon" size={18} />}
          {todo ? texts.mail.toDone : texts.mail.toTodo}
        </button>
      )}
      {!laterInMenu && more.snooze.length > 0 && (
        <Menu
          name={texts.reading.snooze.title}
          label={<IconAlarm className="icon" size={18} />}
          items={more.snooze}
        />
      )}
      <span className="grow" />
      {rest}
      {more.dialog}
    </div>
  );
}
