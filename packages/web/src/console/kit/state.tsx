import type { ReactElement, ReactNode } from 'react';
import { IconCheck, IconClock, IconX } from '../../ui/icons.ts';
import './pickers.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'wait';

/** A state in words with its sign: never colour alone. */
export function State({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactElement {
  const Icon = tone === 'ok' ? IconCheck : tone === 'bad' ? IconX : IconClock;
  return (
    <span className={`state-${tone}`}>
      {tone === 'warn' ? (
        <span className="icon" aria-hidden="true">
          ⚠
        </span>
      ) : (
        <Icon className="icon" size={16} aria-hidden="true" />
      )}
      {children}
    </span>
  );
}
