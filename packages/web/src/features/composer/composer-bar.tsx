import type { ReactElement } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { phoneScreen, useMedia } from '../../app/use-media.ts';
import { useTexts } from '../../lib/language.ts';
import { IconMaximize, IconMinus, IconSend, IconTrash, IconWindowMaximize, IconX } from '../../ui/icons.ts';
import { ComposerOptions } from './composer-options.tsx';
import type { DraftContent } from './draft.ts';
import type { DraftMode } from './windows/use-drafts.ts';

interface ComposerBarProps {
  readonly app: MailApp;
  readonly content: DraftContent;
  readonly sending: boolean;
  /** Where the draft is kept, in words. */
  readonly note: string;
  /** Whether that is not the server. */
  readonly alarming: boolean;
  readonly mode: DraftMode;
  readonly onMode: (mode: DraftMode) => void;
  readonly onSend: (at: Date | null) => void;
  readonly onChange: (part: Partial<DraftContent>) => void;
  readonly onBody: (html: string) => void;
  readonly current: () => DraftContent;
  readonly onDiscard: () => void;
  readonly onClose: () => void;
}

/** 发送 and what belongs to the mail as a whole. */
export function ComposerBar(props: ComposerBarProps): ReactElement {
  const { mode, onMode } = props;
  const texts = useTexts();
  const words = texts.compose;
  const phone = useMedia(phoneScreen);
  const wordless = mode === 'window';
  const place = (name: string, icon: ReactElement, act: () => void): ReactElement => (
    <button
      type="button"
      className="button plain"
      onClick={act}
      {...(wordless ? { 'aria-label': name, title: name } : {})}
    >
      {icon}
      {!wordless && name}
    </button>
  );
  return (
    <div className="composer-bar" role="toolbar" aria-label={words.title}>
      <button
        type="button"
        className="button primary"
        disabled={props.sending}
        onClick={() => props.onSend(null)}
      >
        <IconSend className="icon" size={18} />
        {words.send}
      </button>
      <kbd className="key">Ctrl ↵</kbd>
      <ComposerOptions
        app={props.app}
        content={props.content}
        onChange={props.onChange}
        onBody={props.onBody}
        current={props.current}
        onSchedule={props.onSend}
        onDiscard={phone ? props.onDiscard : null}
      />
      {!phone && place(words.discard, <IconTrash className="icon" size={18} />, props.onDiscard)}
      <span
        className={`meta grow save-note${props.sending ? ' sending' : props.alarming ? ' local' : ''}`}
        role="status"
      >
        {props.note}
      </span>
      {!phone && (
        <>
          {place(words.minimise, <IconMinus className="icon" size={18} />, () => onMode('mini'))}
          {mode === 'full'
            ? place(words.window, <IconWindowMaximize className="icon" size={18} />, () => onMode('window'))
            : place(words.fullPage, <IconMaximize className="icon" size={18} />, () => onMode('full'))}
        </>
      )}
      {place(words.close, <IconX className="icon" size={18} />, props.onClose)}
    </div>
  );
}
