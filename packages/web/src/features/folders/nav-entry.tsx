import { type ReactElement, type ReactNode, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { carriesMails, droppedMails } from '../list/drag-mails.ts';

interface NavEntryProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly current: boolean;
  readonly count?: number;
  /** The count is of unread mail: it stands out. */
  readonly unread?: boolean;
  readonly depth?: number;
  readonly onOpen: () => void;
  /** Left out: mail cannot be dropped here. */
  readonly onDropMails?: (ids: readonly string[]) => void;
}

/** A line of the left navigation: a folder, a label, a list. */
export function NavEntry(props: NavEntryProps): ReactElement {
  const { label, icon, current, count = 0, unread = false, depth = 0, onDropMails } = props;
  const texts = useTexts();
  const [over, setOver] = useState(false);
  return (
    <button
      type="button"
      className={`folder${current ? ' on' : ''}${over ? ' over' : ''}`}
      data-depth={Math.min(depth, 5)}
      aria-current={current ? 'page' : undefined}
      onClick={props.onOpen}
      onDragOver={event => {
        if (!onDropMails || !carriesMails(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        setOver(false);
        const ids = droppedMails(event);
        if (!onDropMails || ids.length === 0) return;
        event.preventDefault();
        onDropMails(ids);
      }}
    >
      {icon}
      <span className="clip grow">{label}</span>
      {count > 0 && (
        <span
          className={unread ? 'count unread' : 'count'}
          aria-label={unread ? texts.folder.unread(count) : undefined}
        >
          {count}
        </span>
      )}
    </button>
  );
}
