import { type ReactElement, useEffect, useState } from 'react';
import { useConsoleTexts } from '../texts.ts';

/** When grey rows stand where nothing was yet, and when it is said that it takes long, ms. */
const skeletonMs = 1000;
const slowMs = 10_000;
const greyRows = 6;

/** While something is read: a line (the style sheet keeps it back for 300 ms), grey rows where nothing is, and words. */
export function Waiting({
  nothingYet,
  onRetry,
}: {
  /** Whether there is nothing to be seen meanwhile. */
  readonly nothingYet: boolean;
  readonly onRetry: () => void;
}): ReactElement {
  const texts = useConsoleTexts();
  const [since, setSince] = useState<'start' | 'grey' | 'slow'>('start');
  useEffect(() => {
    const timers = [
      setTimeout(() => setSince('grey'), skeletonMs),
      setTimeout(() => setSince('slow'), slowMs),
    ];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <>
      <div className="progress-line" />
      {since === 'slow' && (
        <p className="notice" role="status">
          {texts.shell.slow}{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              setSince('start');
              onRetry();
            }}
          >
            {texts.shell.retry}
          </button>
        </p>
      )}
      {nothingYet && since !== 'start' && (
        <div className="skeleton" aria-hidden="true">
          {Array.from({ length: greyRows }, (_, row) => (
            <div key={row} />
          ))}
        </div>
      )}
    </>
  );
}
