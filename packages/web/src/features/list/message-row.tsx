import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import { memo, type ReactElement } from 'react';
import type { Label } from '../../jmap/personal.ts';
import type { EmailRow } from '../../jmap/types.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import type { Language } from '../../lib/language.ts';
import { IconArrowBackUp, IconClock, IconPaperclip, IconStar, IconStarFilled } from '../../ui/icons.ts';
import { LabelChips } from '../labels/label-chips.tsx';
import { Marked } from '../search/marked.tsx';
import type { Snippet } from '../search/snippets.ts';
import { dragMails } from './drag-mails.ts';

interface MessageRowProps {
  readonly row: EmailRow;
  readonly thread: readonly EmailRow[];
  readonly own: ReadonlySet<string>;
  readonly unread: boolean;
  readonly active: boolean;
  readonly selected: boolean;
  readonly selecting: boolean;
  /** In Sent and Drafts the list shows whom a mail is for. */
  readonly outgoing: boolean;
  /** Labels of the conversation; the same array while nothing changes. */
  readonly labels: readonly Label[];
  /** Where the words of a search stand in it. */
  readonly snippet: Snippet | undefined;
  readonly showSize: boolean;
  readonly language: Language;
  readonly texts: MailPhrases;
  readonly onOpen: (id: string) => void;
  readonly onToggle: (id: string) => void;
  readonly onExtend: (id: string) => void;
  readonly onStar: (id: string) => void;
  /** The mails that go along when this row is dragged. */
  readonly onDrag: (id: string) => readonly string[];
}

/** Who a conversation is with: the senders in order, each once, oneself as 我. */
function people(props: MessageRowProps): string {
  const { row, thread, own, texts, outgoing } = props;
  if (outgoing) return texts.list.to((row.to ?? []).map(displayName).join(', ') || '–');
  const names: string[] = [];
  for (const mail of thread) {
    const sender = mail.from?.[0];
    if (!sender) continue;
    const name = own.has(sender.email.toLowerCase()) ? texts.list.me : displayName(sender);
    if (!names.includes(name)) names.push(name);
  }
  return names.join(', ') || texts.list.noSender;
}

/** One conversation in the list: dot, people, time, subject and preview, states. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactElement {
  const { row, thread, unread, active, selected, selecting, texts, language } = props;
  const starred = thread.some(mail => '$flagged' in mail.keywords);
  const files = thread.some(mail => mail.hasAttachment);
  const answered = '$answered' in row.keywords;
  const todo = thread.some(mail => '$todo' in mail.keywords);
  const draft = thread.some(mail => '$draft' in mail.keywords);
  const subject = row.subject?.trim() || texts.list.noSubject;
  const date = new Date(row.receivedAt);
  const name = [
    unread ? texts.list.unreadWord : '',
    people(props),
    subject,
    listTime(date, new Date(), language),
    files ? texts.list.attachmentWord : '',
    starred ? texts.list.starredWord : '',
    answered ? texts.list.answeredWord : '',
    todo ? texts.list.todoWord : '',
    ...props.labels.map(label => label.name),
  ]
    .filter(Boolean)
    .join(language === 'zh' ? '，' : ', ');

  function click(event: React.MouseEvent): void {
    if (event.shiftKey) props.onExtend(row.id);
    else if (event.ctrlKey || event.metaKey || selecting) props.onToggle(row.id);
    else props.onOpen(row.id);
  }

  return (
    <div
      className={`mail-row${unread ? ' unread' : ''}${active ? ' active' : ''}${selected ? ' selected' : ''}`}
      data-mail={row.id}
      draggable
      onDragStart={event => dragMails(event, props.onDrag(row.id))}
      onClick={click}
    >
      <div role="gridcell" className="mail-cell" aria-label={name}>
        <span className="dot" aria-hidden="true" />
        <input
          type="checkbox"
          aria-label={`${texts.list.select}: ${subject}`}
          checked={selected}
          tabIndex={-1}
          onChange={() => props.onToggle(row.id)}
          onClick={event => event.stopPropagation()}
        />
        <span className="people clip" aria-hidden="true">
          {people(props)}
          {thread.length > 1 && <span className="meta"> ({thread.length})</span>}
        </span>
        <time className="time" aria-hidden="true" dateTime={row.receivedAt}>
          {listTime(date, new Date(), language)}
        </time>
        <span className="line2" aria-hidden="true">
          <span className="clip grow">
            <LabelChips labels={props.labels} />
            {draft && <span className="draft-word">{texts.list.draft} </span>}
            <span className="subject">
              {props.snippet?.subject ? <Marked pieces={props.snippet.subject} /> : subject}
            </span>{' '}
            <span className="preview">
              {props.snippet?.preview ? <Marked pieces={props.snippet.preview} /> : row.preview}
            </span>
          </span>
          <span className="states">
            {props.showSize && <span className="meta">{fileSize(row.size)}</span>}
            {todo && <IconClock className="icon" size={16} />}
            {answered && <IconArrowBackUp className="icon" size={16} />}
            {files && <IconPaperclip className="icon" size={16} />}
          </span>
        </span>
        <span className="preview3 clip" aria-hidden="true">
          {row.preview}
        </span>
      </div>
      <div role="gridcell">
        <button
          type="button"
          className={starred ? 'star on' : 'star'}
          tabIndex={-1}
          aria-pressed={starred}
          aria-label={`${starred ? texts.mail.unstar : texts.mail.star}: ${subject}`}
          onClick={event => {
            event.stopPropagation();
            props.onStar(row.id);
          }}
        >
          {starred ? <IconStarFilled className="icon" size={16} /> : <IconStar className="icon" size={16} />}
        </button>
      </div>
    </div>
  );
});
