import { type ReactElement, useRef, useState } from 'react';
import { ApiProblem } from '../../api.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { explainProblem } from '../explain.ts';

/** Whether what went wrong with one would go wrong with all: no line, no session, no right, too fast, our fault. */
function endsAll(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return true;
  return [0, 401, 403, 429].includes(error.status) || error.status >= 500;
}

export interface Bulk {
  /** How far it has come, in place of the buttons; null: nothing runs. */
  readonly progress: ReactElement | null;
  /**
   * Works through `items`, `size` at a time: what is refused is left out, the others go on. Says how far it came when not
   * everything was done, or somebody pressed 停下. Resolves with those that are done; never fails.
   */
  readonly run: <Item>(
    items: readonly Item[],
    size: number,
    work: (piece: readonly Item[]) => Promise<unknown>,
  ) => Promise<readonly Item[]>;
  /** Tells what was done, with its opposite for ten seconds. */
  readonly tell: (text: string, undo: (() => Promise<unknown>) | null) => void;
}

/** Doing one thing to many: with its progress, its end and its undo. `onDone` reads the list again. */
export function useBulk(onDone: () => void): Bulk {
  const { toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.shell.bulk;
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  const stopping = useRef(false);
  const trouble = useRef('');

  return {
    progress: progress && (
      <>
        <progress className="bulk-progress" value={progress.done} max={progress.total} aria-hidden="true" />
        <span role="status">{words.running(progress.done, progress.total)}</span>
        <button
          type="button"
          className="button plain"
          onClick={() => {
            stopping.current = true;
          }}
        >
          {words.stop}
        </button>
      </>
    ),
    async run(items, size, work) {
      const done: (typeof items)[number][] = [];
      let at = 0;
      let why = '';
      stopping.current = false;
      trouble.current = '';
      setProgress({ done: 0, total: items.length });
      while (at < items.length && !stopping.current) {
        const piece = items.slice(at, at + size);
        try {
          await work(piece);
          done.push(...piece);
        } catch (error) {
          why = texts.shell.failed(explainProblem(error, texts));
          if (endsAll(error)) stopping.current = true;
        }
        at += piece.length;
        setProgress({ done: at, total: items.length });
      }
      setProgress(null);
      if (done.length < items.length) {
        const how =
          at < items.length
            ? done.length > 0 || why === ''
              ? words.stopped(done.length, items.length)
              : ''
            : done.length > 0
              ? words.partly(done.length, items.length)
              : '';
        // What was done is told next, and this with it.
        if (done.length > 0) trouble.current = `${how}${why}`;
        else toasts.show({ text: `${how}${why}`, tone: 'error' });
      }
      return done;
    },
    tell(text, undo) {
      const note = trouble.current;
      trouble.current = '';
      toasts.show({
        text: note === '' ? text : `${text} · ${note}`,
        ...(note === '' ? {} : { tone: 'error' as const }),
        ...(undo
          ? {
              action: {
                label: texts.shell.undo,
                run: () =>
                  void undo().then(() => {
                    const left = trouble.current;
                    trouble.current = '';
                    toasts.show(
                      left === ''
                        ? { text: words.undone, stayMs: 4000 }
                        : { text: `${words.undone} · ${left}`, tone: 'error' },
                    );
                    onDone();
                  }),
              },
            }
          : note === ''
            ? { stayMs: 4000 }
            : {}),
      });
    },
  };
}
