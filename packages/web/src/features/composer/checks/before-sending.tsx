import type { ReactElement } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import type { DraftContent } from '../draft.ts';
import type { Finding } from './checks.ts';
import { FindingLines, warns } from './checks-panel.tsx';

/**
 * Whether to show what was found before a mail leaves, where no panel beside the text does. An answer goes where its mail
 * came from: that somebody is outside is worth a look only where one has chosen them.
 */
export function worthAsking(content: DraftContent, findings: readonly Finding[]): boolean {
  return findings.some(
    finding => warns(finding) || (finding.kind === 'outside' && content.inReplyTo === null),
  );
}

interface BeforeSendingProps {
  readonly findings: readonly Finding[];
  readonly onSend: () => void;
  readonly onClose: () => void;
}

/** 发送前检查 on a small screen: what was found, on tapping 发送. */
export function BeforeSending({ findings, onSend, onClose }: BeforeSendingProps): ReactElement {
  const words = useTexts().compose;
  return (
    <Dialog title={words.checks.title} onClose={onClose}>
      <div className="checks-asked">
        <FindingLines findings={findings} />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {words.checks.back}
        </button>
        <button type="button" className="button primary" onClick={onSend}>
          {words.sendAnyway}
        </button>
      </div>
    </Dialog>
  );
}
