import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { IconX } from '../../ui/icons.ts';
import { useConsoleTexts } from '../texts.ts';

interface DrawerProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
}

/** Detail of one object at the right, over the page: focus stays inside, Esc closes, focus goes back. */
export function Drawer({ title, children, actions, onClose }: DrawerProps): ReactElement {
  const texts = useConsoleTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    // The browser puts the focus on the button that closes.
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, []);
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
