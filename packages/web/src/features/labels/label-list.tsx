import type { ReactElement } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useTexts } from '../../lib/language.ts';
import { NavEntry } from '../folders/nav-entry.tsx';
import './labels.css';

interface LabelListProps {
  readonly app: MailApp;
  readonly onChosen: () => void;
}

/** 标签 in the left navigation (FLD-02): click for the mails of a label, drop mails on it to label them. */
export function LabelList({ app, onChosen }: LabelListProps): ReactElement | null {
  const texts = useTexts();
  const { personal } = app.store;
  if (!personal.labels.offered) return null;
  const { place, page } = app.route;
  return (
    <>
      <div className="folder-group">
        <span className="grow">{texts.folder.labels}</span>
        <button
          type="button"
          onClick={() => {
            app.visit('settings', 'labels');
            onChosen();
          }}
        >
          {texts.folder.manageLabels}
        </button>
      </div>
      {personal.sortedLabels.map(label => (
        <div key={label.id} className="folder-line">
          <NavEntry
            label={label.name}
            icon={<span className="label-dot" data-color={label.color} />}
            current={!page && place.kind === 'label' && place.label === label.id}
            count={label.unreadEmails}
            onOpen={() => {
              app.go({ kind: 'label', label: label.id });
              onChosen();
            }}
            onDropMails={ids => void app.label(label, true, ids)}
          />
        </div>
      ))}
    </>
  );
}
