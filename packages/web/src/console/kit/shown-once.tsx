import './pickers.css';
import type { ReactElement } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';

/** A secret that is shown only now, with a button to copy it. */
export function ShownOnce({ text, hint }: { readonly text: string; readonly hint: string }): ReactElement {
  return (
    <div className="console-once" role="status">
      <p>{hint}</p>
      <p className="secret">{text}</p>
      <div className="row">
        <CopyButton text={text} />
      </div>
    </div>
  );
}
