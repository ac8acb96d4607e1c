import { type ReactElement, useEffect } from 'react';
import { Observable, useObserved } from '../jmap/observable.ts';
import { useTexts } from '../lib/language.ts';
import './toasts.css';

export interface Toast {
  readonly text: string;
  readonly tone?: 'normal' | 'error';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** When the person puts it away without acting. */
  readonly onClose?: () => void;
  /** How long it stays, ms; an error stays until it is dismissed. */
  readonly stayMs?: number;
  /** What follows when its time is over and nobody acted. */
  readonly next?: Toast;
  /** How far the work is, 0 to 1: it stays until another takes its place. */
  readonly progress?: number;
}

/** The one bar that tells what was done, with its undo. A new one replaces the old. */
export class Toasts extends Observable {
  #current: (Toast & { readonly id: number }) | null = null;
  #lastId = 0;

  get current(): (Toast & { readonly id: number }) | null {
    return this.#current;
  }

  /** Returns its number, for telling progress. */
  show(toast: Toast): number {
    this.#lastId += 1;
    this.#current = { ...toast, id: this.#lastId };
    this.changed();
    return this.#lastId;
  }

  /** Tells how far a toast's work is; nothing when another has taken its place. */
  progress(id: number, share: number): void {
    if (this.#current?.id !== id) return;
    this.#current = { ...this.#current, progress: share };
    this.changed();
  }

  hide(): void {
    this.#current = null;
    this.changed();
  }

  /** Its time is over. */
  pass(): void {
    const next = this.#current?.next;
    if (next) this.show(next);
    else this.hide();
  }

  /** The person puts it away. */
  close(): void {
    const onClose = this.#current?.onClose;
    this.hide();
    onClose?.();
  }

  /** Runs the current action, as `z` does. Returns whether there was one. */
  act(): boolean {
    const action = this.#current?.action;
    if (!action) return false;
    this.hide();
    action.run();
    return true;
  }
}

const undoMs = 10_000;

export function ToastBar({ toasts }: { toasts: Toasts }): ReactElement {
  const { current } = useObserved(toasts);
  const texts = useTexts();
  useEffect(() => {
    if (!current || current.tone === 'error' || current.progress !== undefined) return undefined;
    const timer = setTimeout(() => toasts.pass(), current.stayMs ?? undoMs);
    return () => clearTimeout(timer);
  }, [current, toasts]);
  return (
    <div className="toasts">
      <div role={current?.tone === 'error' ? 'alert' : 'status'}>
        {current && (
          <div className={current.tone === 'error' ? 'toast error' : 'toast'} key={current.id}>
            <span className="grow">{current.text}</span>
            {current.progress !== undefined && (
              <progress value={current.progress} aria-label={current.text} />
            )}
            {current.action && (
              <button type="button" onClick={() => toasts.act()}>
                {current.action.label}
              </button>
            )}
            {current.tone === 'error' && (
              <button type="button" onClick={() => toasts.close()}>
                {texts.mail.close}
              </button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
