import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import './dialog.css';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  readonly wide?: boolean;
}

/** A modal layer on the browser's own dialog element: focus stays inside, Esc closes, focus goes back. */
export function Dialog({ title, children, onClose, wide = false }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // What had the focus when it was asked for: read before a field inside takes it.
  const [opener] = useState(() => document.activeElement);
  useEffect(() => {
    dialog.current?.showModal();
    return () => {
      // The browser gives it back when a dialog is closed, but this one is taken out of the page.
      if (document.activeElement === document.body && opener instanceof HTMLElement && opener.isConnected)
        opener.focus({ preventScroll: true });
    };
  }, [opener]);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // Esc twice closes it whatever was said at the first: what has to be answered stands up again.
        onClose();
        requestAnimationFrame(() => dialog.current && !dialog.current.open && dialog.current.showModal());
      }}
      onClick={event => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  readonly question: string;
  /** What will happen, and whether it can be taken back. */
  readonly note?: string;
  readonly verb: string;
  readonly cancel: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A question about what cannot be undone. The button repeats the verb. */
export function Confirm({
  question,
  note,
  verb,
  cancel,
  danger = true,
  onConfirm,
  onClose,
}: ConfirmProps): ReactElement {
  return (
    <Dialog title={question} onClose={onClose}>
      {note && <p>{note}</p>}
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className={danger ? 'button danger' : 'button primary'} onClick={onConfirm}>
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
