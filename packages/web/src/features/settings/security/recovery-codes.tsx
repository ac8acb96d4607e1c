import type { ReactElement } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';

/** The codes for the day the phone is lost; shown once. */
export function RecoveryCodes({
  codes,
  onClose,
}: {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}): ReactElement {
  const texts = useTexts();
  const words = texts.security.factor;
  return (
    <Dialog title={words.codesTitle} onClose={onClose}>
      <p>{words.codesHint}</p>
      <ul className="recovery-codes">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="dialog-actions">
        <CopyButton text={codes.join('\n')} />
        <button type="button" className="button primary" onClick={onClose}>
          {words.saved}
        </button>
      </div>
    </Dialog>
  );
}
