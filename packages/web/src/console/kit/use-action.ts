import { useCallback } from 'react';
import { useConsole } from '../session.ts';
import { useConsoleTexts } from '../texts.ts';
import { explainProblem } from './explain.ts';

interface ActionOptions {
  /** What to say when it worked; left out: nothing. */
  readonly told?: string;
  readonly undo?: () => void;
}

/** Runs something that the server may refuse: tells what was done, with undo, or what went wrong. Resolves with whether it worked. */
export function useAction(): (work: Promise<unknown>, options?: ActionOptions) => Promise<boolean> {
  const { toasts } = useConsole();
  const texts = useConsoleTexts();
  return useCallback(
    async (work, { told, undo } = {}) => {
      try {
        await work;
      } catch (error) {
        toasts.show({ text: texts.shell.failed(explainProblem(error, texts)), tone: 'error' });
        return false;
      }
      if (told)
        toasts.show({
          text: told,
          ...(undo ? { action: { label: texts.shell.undo, run: undo } } : { stayMs: 4000 }),
        });
      return true;
    },
    [toasts, texts],
  );
}
