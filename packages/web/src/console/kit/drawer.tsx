import { type ReactElement, type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { IconX } from '../../ui/icons.ts';
import { useConsoleTexts } from '../texts.ts';

interface DrawerProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
}

/** The first field: one that is marked, else any; true when there is one. */
function focusFirst(dialog: HTMLDialogElement | null): boolean {
  const field =
    dialog?.querySelector<HTMLElement>('[data-first]') ??
    dialog?.querySelector<HTMLElement>(
      '.detail-body :is(input:not([type=file], [type=hidden]), textarea, select):not(:disabled)',
    );
  field?.focus();
  return Boolean(field);
}

/** Fields that come with an answer of the server get the focus as long as nobody moved it. */
function useLateFocus(dialog: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const found = dialog.current;
    if (!found) return undefined;
    const close = found.querySelector('.detail > header button');
    const watch = new MutationObserver(() => {
      if (document.activeElement !== close || focusFirst(found)) watch.disconnect();
    });
    watch.observe(found, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [dialog]);
}

/** Detail of one object at the right, over the page: focus stays inside, Esc closes, focus goes back. */
export function Drawer({ title, children, actions, onClose }: DrawerProps): ReactElement {
  const texts = useConsoleTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    // The browser puts the focus on the button that closes.
    focusFirst(dialog.current);
  }, []);
  useLateFocus(dialog);
  return (
    <dialog
      ref={dialog}
      className="detail-drawer"
      aria-labelledby={id}
      onCancel={event => {
        // A dialog on top of this one closes by itself.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={event => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="detail">
        <header className="row">
          <h2 className="grow clip" id={id}>
            {title}
          </h2>
          <button type="button" className="button plain" onClick={onClose}>
            <IconX className="icon" size={18} />
            {texts.shell.close}
          </button>
        </header>
        <div className="detail-body">{children}</div>
        {actions && <footer className="row detail-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
