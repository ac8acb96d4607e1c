import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { useConsoleTexts } from '../../texts.ts';

/** A button of the bulk bar that says first what will happen, and to how many. */
export function AskedAction({
  label,
  question,
  danger = true,
  onConfirm,
}: {
  readonly label: string;
  readonly question: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
}): ReactElement {
  const texts = useConsoleTexts();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button plain" onClick={() => setAsking(true)}>
        {label}
      </button>
      {asking && (
        <Confirm
          question={question}
          verb={label}
          cancel={texts.shell.cancel}
          danger={danger}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            onConfirm();
          }}
        />
      )}
    </>
  );
}
