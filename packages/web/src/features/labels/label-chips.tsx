import type { ReactElement } from 'react';
import type { Label } from '../../jmap/personal.ts';
import './labels.css';

/** The labels of a mail as small coloured words. */
export function LabelChips({ labels }: { labels: readonly Label[] }): ReactElement | null {
  if (labels.length === 0) return null;
  return (
    <>
      {labels.map(label => (
        <span key={label.id} className="chip label-chip" data-color={label.color}>
          {label.name}
        </span>
      ))}
    </>
  );
}
