import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import './menu.css';

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly checked?: boolean;
  /** With `checked`: one of several that can all be on. */
  readonly many?: boolean;
  readonly run: () => void;
}

interface MenuProps {
  readonly label: ReactNode;
  readonly name?: string;
  readonly className?: string;
  readonly items: readonly (MenuItem | 'line')[];
  readonly align?: 'start' | 'end';
  /** Opens when this number rises: a shortcut can open the menu. */
  readonly openSignal?: number;
}

/** A button with a menu under it: arrows, Home, End and first letters move, Esc closes and gives the focus back. */
export function Menu({
  label,
  name,
  className = 'button plain',
  items,
  align = 'start',
  openSignal = 0,
}: MenuProps): ReactElement {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (openSignal > 0) setOpen(true);
  }, [openSignal]);

  useEffect(() => {
    if (!open) return undefined;
    root.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  function move(event: React.KeyboardEvent): void {
    const all = [...(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (index: number): void => all[(index + all.length) % all.length]?.focus();
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(all.length - 1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else if (event.key.length === 1 && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(item =>
        item.textContent?.trim().toLowerCase().startsWith(letter),
      );
      next?.focus();
    } else return;
    event.stopPropagation();
    if (event.key !== 'Tab') event.preventDefault();
  }

  return (
    <div className="menu" ref={root} onKeyDown={open ? move : undefined}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className={`menu-list ${align}`} role="menu" id={id} aria-label={name}>
          {items.map((item, index) =>
            item === 'line' ? (
              <hr key={`line${index}`} />
            ) : (
              <button
                key={item.key}
                type="button"
                role={
                  item.checked === undefined ? 'menuitem' : item.many ? 'menuitemcheckbox' : 'menuitemradio'
                }
                aria-checked={item.checked}
                tabIndex={-1}
                className={item.danger ? 'danger' : ''}
                onClick={() => {
                  close();
                  item.run();
                }}
              >
                {item.icon}
                <span className="clip">{item.label}</span>
                {item.checked && <span aria-hidden="true">✓</span>}
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}
