import type { ReactElement } from 'react';
import { useConsoleTexts } from '../texts.ts';
import { explainProblem } from './explain.ts';
import type { Loaded } from './use-loaded.ts';
import { Waiting } from './waiting.tsx';

/** The line while something is read, and what went wrong with 重试. Nothing when all is well. */
export function LoadState({
  of,
}: {
  readonly of: Pick<Loaded<unknown>, 'loading' | 'failure' | 'reload' | 'value'>;
}): ReactElement {
  const texts = useConsoleTexts();
  return (
    <>
      {of.loading && <Waiting nothingYet={of.value === null} onRetry={of.reload} />}
      {of.failure !== null && (
        <p className="notice bad" role="alert">
          {explainProblem(of.failure, texts)}{' '}
          <button type="button" className="link" onClick={of.reload}>
            {texts.shell.retry}
          </button>
        </p>
      )}
    </>
  );
}
