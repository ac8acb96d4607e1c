import { type ReactElement, useRef, useState } from 'react';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { explainProblem } from '../explain.ts';

export interface Bulk {
  /** How far it has come, in place of the buttons; null: nothing runs. */
  readonly progress: ReactElement | null;
  /**
   * Works through `items`, `size` at a time, and says how far it came when something was refused or somebody pressed
   * 停下. Resolves with those that are done; never fails.
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
      let done = 0;
      let why = '';
      stopping.current = false;
      setProgress({ done, total: items.length });
      try {
        while (done < items.length && !stopping.current) {
          await work(items.slice(done, done + size));
          done = Math.min(done + size, items.length);
          setProgress({ done, total: items.length });
        }
      } catch (error) {
        why = texts.shell.failed(explainProblem(error, texts));
      }
      setProgress(null);
      if (done < items.length) {
        const how = done > 0 || why === '' ? words.stopped(done, items.length) : '';
        toasts.show({ text: `${how}${why}`, tone: 'error' });
      }
      return items.slice(0, done);
    },
    tell: (text, undo) =>
      toasts.show({
        text,
        ...(undo
          ? {
              action: {
                label: texts.shell.undo,
                run: () =>
                  void undo().then(() => {
                    toasts.show({ text: words.undone, stayMs: 4000 });
                    onDone();
                  }),
              },
            }
          : { stayMs: 4000 }),
      }),
  };
}
